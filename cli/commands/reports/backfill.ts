import * as z from 'zod';
import { MINUTE_MILLIS } from '../../../functions/platform/util/time.ts';
import { dueAt, reportDatesBetween } from '../../../functions/reports/catalogue/calendar.ts';
import type { SubscribedSeries } from '../../../functions/reports/catalogue/catalogue.ts';
import type { ReportLedger } from '../../../functions/reports/partition/ledger.ts';
import type { Context, Register } from '../../context/context.ts';
import { reportLedger } from '../../deployment/ledgers.ts';
import { chooseSeries, day, seriesOptions, withSeriesOptions } from '../../options/series-options.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { waitWithProgress } from '../../terminal/wait-with-progress.ts';
import { queueAnswerSchema, renderQueueAnswer } from './queue-answer.ts';

const optionsSchema = seriesOptions.extend({
  from: day,
  to: day,
  refetch: z.boolean().default(false),
  wait: z.boolean().default(false),
  yes: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

/** A backfill goes at the pace of Apple's hourly budget; whoever waits longer looks at `reports list`. */
const PATIENCE_MILLIS = 30 * MINUTE_MILLIS;
const LOOK_MILLIS = 2_000;

export const registerReportsBackfill: Register = (reports, run) => {
  withSeriesOptions(reports.command('backfill'))
    .description('ask for the reports of a span of days now')
    .requiredOption('--from <day>', 'first day, such as 2026-11-01')
    .requiredOption('--to <day>', 'last day')
    .option('--refetch', 'also those that are settled: Apple is asked whether they have changed')
    .option('--wait', 'wait until they are settled')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs reports backfill --from 2026-11-01 --to 2026-11-23
  asc-jobs reports backfill --report SALES/SUMMARY/DAILY --from 2026-11-19 --to 2026-11-19 --refetch --wait --yes`,
    )
    .action(run(optionsSchema, backfill));
};

async function backfill(context: Context, options: Options): Promise<ExitCode> {
  const { io, json, aws, settings } = context;
  const { team, vendor, report, from, to, refetch } = options;
  const chosen = chooseSeries(settings, options);
  const dates = chosen.flatMap(({ series, entry }) =>
    reportDatesBetween(entry, from, to)
      .filter((date) => dueAt(entry, date) <= io.now())
      .map((date) => ({ series, date })),
  );
  io.err(`${dates.length} reports of ${chosen.length} series${refetch ? ', settled ones too' : ''}.\n`);
  if (!(await confirmed(io, 'Queue them?', options.yes))) return EXIT.failed;
  const answer = queueAnswerSchema.parse(
    await aws.invoke(await aws.output('PlanReportsFunctionName'), {
      team,
      vendor,
      report,
      from,
      to,
      refetch,
    }),
  );
  const settled = options.wait ? await waitFor(context, chosen, options) : undefined;
  if (json) printJson(io, { ...answer, ...(settled !== undefined && { settled }) });
  else io.out(`${renderQueueAnswer(io, answer)}\n`);
  return exitCodeOf(settled === false ? [{ severity: 'warning' }] : []);
}

/** @returns whether all were settled in time */
async function waitFor(
  context: Context,
  chosen: readonly SubscribedSeries[],
  options: Options,
): Promise<boolean> {
  const ledger = await reportLedger(context);
  const { rests } = await waitWithProgress(
    context.io,
    'settled',
    async () => {
      const { all, open } = await countOpen(ledger, chosen, options);
      return { seen: undefined, done: all - open, total: all, rests: open === 0 };
    },
    { patienceMillis: PATIENCE_MILLIS, everyMillis: LOOK_MILLIS },
  );
  return rests;
}

/** Reports that wait for Apple count as done: nothing is under way for them. */
async function countOpen(ledger: ReportLedger, chosen: readonly SubscribedSeries[], { from, to }: Options) {
  let [all, open] = [0, 0];
  for (const { series, entry } of chosen) {
    const dates = reportDatesBetween(entry, from, to);
    const items = await ledger.list(series, dates.at(-1) ?? '', dates[0] ?? '');
    all += items.length;
    open += items.filter(
      ({ state, queuedAt }) => state === 'due' || state === 'fetching' || queuedAt !== undefined,
    ).length;
  }
  return { all, open };
}
