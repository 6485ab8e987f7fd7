import type { Register } from '../command.ts';
import { registerReportsBackfill } from './reports-backfill.ts';
import { registerReportsGet } from './reports-get.ts';
import { registerReportsList } from './reports-list.ts';
import { registerReportsQuery } from './reports-query.ts';

export const registerReports: Register = (program, run, runAlone) => {
  const reports = program.command('reports').description('sales and finance reports in the lake');
  for (const register of [
    registerReportsList,
    registerReportsBackfill,
    registerReportsGet,
    registerReportsQuery,
  ])
    register(reports, run, runAlone);
};
