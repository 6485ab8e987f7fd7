import type * as z from 'zod';
import type { Settings } from '../../../functions/platform/config/settings.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import { DAY_MILLIS } from '../../../functions/platform/util/time.ts';
import { analyticsTableName } from '../../../functions/reports/analytics/names/analytics-name.ts';
import { subscribedApps } from '../../../functions/reports/analytics/names/app-series.ts';
import { subscribedSeries } from '../../../functions/reports/catalogue/catalogue.ts';
import { tableName } from '../../../functions/reports/catalogue/series.ts';
import { REVIEWS_TABLE, subscribedReviews } from '../../../functions/reports/reviews/names/review-series.ts';
import { ownTablesOf } from '../../../functions/tables/own-table.ts';
import { openTables } from '../../../local/lake/open-tables.ts';
import type { Context, Register } from '../../context/context.ts';
import { day, seriesOptions, withSeriesOptions } from '../../options/series-options.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { plain, printJson, renderTable } from '../../terminal/table.ts';
import { copyOwnTable } from './download-own-table.ts';
import { copyTables } from './download-tables.ts';

const optionsSchema = seriesOptions.extend({ from: day.optional() });

const USUAL_DAYS = 31;

export const registerReportsQuery: Register = (reports, run) => {
  withSeriesOptions(reports.command('query'))
    .argument('<sql>', 'a query in DuckDB’s SQL; each report is a table, such as sales_summary_daily')
    .description('ask the reports of the last weeks on this machine; for years of them use Athena')
    .option('--from <day>', `from this report date on, ${USUAL_DAYS} days back unless given`)
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs reports query "SELECT report_date, sum(units) AS units FROM sales_summary_daily GROUP BY 1 ORDER BY 1"
  asc-jobs reports query "SELECT title, currency_of_proceeds, sum(units * developer_proceeds) AS proceeds FROM sales_summary_daily GROUP BY ALL" --json`,
    )
    .action(run(optionsSchema, query));
};

async function query(
  context: Context,
  options: z.output<typeof optionsSchema>,
  [sql = '']: readonly string[],
): Promise<ExitCode> {
  const { io, json, settings } = context;
  const from = options.from ?? new Date(io.now() - USUAL_DAYS * DAY_MILLIS).toISOString().slice(0, 10);
  const reports = await copyTables(context, options, from);
  const own = await Promise.all(
    (options.report === undefined ? ownTablesOf(settings) : []).map(
      async (table) => [table.name, await copyOwnTable(context, table, { ...options, from })] as const,
    ),
  );
  const { ask } = await openTables(new Map([...reports, ...own]));
  const rows = await ask(sql).catch((error: unknown) => {
    throw queryError(error, settings);
  });
  if (json) printJson(io, rows);
  else if (rows.length === 0) io.err('No rows.\n');
  else {
    const head = Object.keys(rows[0] ?? {});
    io.out(
      `${renderTable(
        io,
        head,
        rows.map((row) => head.map((name) => plain(String(row[name] ?? '')))),
      )}\n`,
    );
  }
  return EXIT.ok;
}

const MISSING_TABLE = /^Catalog Error: Table with name (\S+) does not exist/;

/** What is wrong with a query, without the names of DuckDB's own tables. */
function queryError(error: unknown, settings: Settings): JobError {
  const message = error instanceof Error ? error.message : String(error);
  const [, missing] = MISSING_TABLE.exec(message) ?? [];
  return new JobError({
    code: 'QUERY_FAILED',
    message:
      missing === undefined ? plain(message.split('\n\n')[0] ?? message) : missingTable(missing, settings),
    retryable: false,
    cause: error,
  });
}

function missingTable(table: string, settings: Settings): string {
  const tables = [
    ...new Set(subscribedSeries(settings).map(({ series }) => tableName(series.report))),
    ...new Set(
      subscribedApps(settings).flatMap(({ series }) => series.map(({ parts }) => analyticsTableName(parts))),
    ),
    ...(subscribedReviews(settings).length > 0 ? [REVIEWS_TABLE] : []),
    ...ownTablesOf(settings).map(({ name }) => name),
  ];
  return tables.includes(table.toLowerCase())
    ? `${table} is subscribed, but nothing of it is stored yet for these dates. See: asc-jobs reports list`
    : `There is no table ${plain(table)}. There are: ${tables.join(', ')}`;
}
