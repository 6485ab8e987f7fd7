import type { Register } from '../../context/context.ts';
import { registerReportsBackfill } from './backfill.ts';
import { registerReportsGet } from './get.ts';
import { registerReportsList } from './list.ts';
import { registerReportsQuery } from './query.ts';
import { registerReportsRebuild } from './rebuild.ts';

export const registerReports: Register = (program, run, runAlone) => {
  const reports = program
    .command('reports')
    .description('sales and finance reports in the lake')
    .addHelpText(
      'after',
      '\nExamples:\n  asc-jobs reports list --from 2026-11-01\n  asc-jobs reports backfill --from 2026-11-01 --to 2026-11-23',
    );
  for (const register of [
    registerReportsList,
    registerReportsBackfill,
    registerReportsRebuild,
    registerReportsGet,
    registerReportsQuery,
  ])
    register(reports, run, runAlone);
};
