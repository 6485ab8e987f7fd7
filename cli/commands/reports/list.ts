import { Option } from 'commander';
import * as z from 'zod';
import { formatMinute } from '../../../functions/platform/util/time.ts';
import { LATEST_REPORT_DATE } from '../../../functions/reports/catalogue/series.ts';
import { needsPerson } from '../../../functions/status/model/day-states.ts';
import { reportFindings } from '../../../functions/status/model/findings.ts';
import { DAY_STATES, type SeriesStatus } from '../../../functions/status/model/status.ts';
import { seriesStatusOf } from '../../../functions/status/read/series-status.ts';
import type { Context, Register } from '../../context/context.ts';
import { reportLedger } from '../../deployment/ledgers.ts';
import { chooseSeries, reportDate, seriesOptions, withSeriesOptions } from '../../options/series-options.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { seriesJson } from '../../terminal/json-shapes.ts';
import { plain, printJson, renderTable, shortened, toned } from '../../terminal/table.ts';

const optionsSchema = seriesOptions.extend({
  from: reportDate.default('2000'),
  to: reportDate.default(LATEST_REPORT_DATE),
  state: z.enum(DAY_STATES).optional(),
});

export const registerReportsList: Register = (reports, run) => {
  withSeriesOptions(reports.command('list'))
    .description(
      'what the ledger knows of each report date; exit code 1 where one is overdue, 2 where one failed',
    )
    .option('--from <date>', 'from this report date on')
    .option('--to <date>', 'up to this report date')
    .addOption(new Option('--state <state>', 'only dates in this state').choices(DAY_STATES))
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs reports list --from 2026-11-01
  asc-jobs reports list --state failed --json`,
    )
    .action(run(optionsSchema, list));
};

async function list(context: Context, options: z.output<typeof optionsSchema>): Promise<ExitCode> {
  const { io, json, settings } = context;
  const { from, to, state } = options;
  const chosen = chooseSeries(settings, options);
  const ledger = await reportLedger(context);
  const found: SeriesStatus[] = [];
  for (const subscription of chosen) {
    const items = await ledger.list(subscription.series, from, to);
    const status = seriesStatusOf(subscription, items, io.now());
    const days = status.days.filter(
      (day) => day.date >= from && day.date <= to && (state === undefined || day.state === state),
    );
    found.push({ ...status, days });
  }
  if (json) printJson(io, found.map(seriesJson));
  else io.out(`${found.map((series) => render(context, series)).join('\n\n')}\n`);
  return exitCodeOf(reportFindings(found));
}

const render = ({ io }: Context, { team, vendor, report, days }: SeriesStatus): string =>
  `${team}/${vendor}  ${report}\n${renderTable(
    io,
    ['report date', 'state', 'rows', 'stored (UTC)', 'last answer'],
    days.map(({ date, state, item }) => [
      date,
      needsPerson(state) ? toned(io, 'problem', `✗ ${state}`) : state,
      String(item?.rows ?? ''),
      item?.storedAt === undefined ? '' : formatMinute(item.storedAt),
      state === 'stored' ? '' : shortened(plain(item?.lastAnswer ?? ''), 120),
    ]),
  )}`;
