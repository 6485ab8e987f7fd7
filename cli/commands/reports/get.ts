import { join } from 'node:path';
import * as z from 'zod';
import { JobError } from '../../../functions/platform/errors.ts';
import { lastDayOf } from '../../../functions/reports/catalogue/last-day.ts';
import type { LedgerItem } from '../../../functions/reports/partition/ledger-item.ts';
import type { Context, Register } from '../../context/context.ts';
import { reportLedger } from '../../deployment/ledgers.ts';
import { saveObject } from '../../deployment/save-object.ts';
import { chooseSeries, reportDate, seriesOptions, withSeriesOptions } from '../../options/series-options.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';

const optionsSchema = seriesOptions.extend({
  date: reportDate,
  table: z.boolean().default(false),
  out: z.string().default('.'),
});

export const registerReportsGet: Register = (reports, run) => {
  withSeriesOptions(reports.command('get'))
    .description("fetch a report's file from the lake: Apple's bytes, or with --table the Parquet file")
    .requiredOption('--date <date>', 'report date, such as 2026-11-23')
    .option('--table', 'the table file instead of the raw one')
    .option('--out <directory>', 'where to')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs reports get --report SALES/SUMMARY/DAILY --date 2026-11-23
  asc-jobs reports get --date 2026-11-23 --table --out /tmp`,
    )
    .action(run(optionsSchema, get));
};

async function get(context: Context, options: z.output<typeof optionsSchema>): Promise<ExitCode> {
  const { io, json, aws, settings } = context;
  const Bucket = await aws.output('LakeBucketName');
  const ledger = await reportLedger(context);
  const files: string[] = [];
  const absent: string[] = [];
  const chosen = chooseSeries(settings, options);
  for (const { series } of chosen) {
    const [item] = await ledger.list(series, options.date, options.date);
    const key = options.table ? item?.tableKey : item?.rawKey;
    if (key === undefined) {
      absent.push(`${series.team}/${series.vendor}/${series.report}: ${whyAbsent(item)}`);
      continue;
    }
    const extension = options.table ? 'parquet' : 'tsv.gz';
    const name = [series.team, series.vendor, ...series.report.split('/'), options.date].join('_');
    const file = join(options.out, `${name.replace(/[^A-Za-z0-9_.-]/g, '-')}.${extension}`);
    await saveObject(aws, { Bucket, Key: key }, file);
    files.push(file);
  }
  if (files.length === 0) {
    // That command takes days, of a month or a year the last one.
    const [day = options.date] = chosen.flatMap(({ series }) => lastDayOf(series.report, options.date) ?? []);
    throw new JobError({
      code: 'REPORT_ABSENT',
      message: `There is no file of ${options.date}:\n  ${absent.join('\n  ')}\nAsk for it with: asc-jobs reports backfill --from ${day} --to ${day}`,
      retryable: false,
    });
  }
  if (json) printJson(io, { files, absent });
  else io.out(`${files.join('\n')}\n`);
  return EXIT.ok;
}

const whyAbsent = (item: LedgerItem | undefined): string =>
  item === undefined
    ? 'not known to the ledger'
    : `${item.state}${item.lastAnswer ? `, ${item.lastAnswer}` : ''}`;
