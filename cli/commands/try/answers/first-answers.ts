import { DAY_MILLIS } from '../../../../functions/platform/util/time.ts';
import type { SeriesStatus } from '../../../../functions/status/model/status.ts';
import { openLakeCopy } from '../../../../local/lake/open-tables.ts';

const SALES = 'SALES/SUMMARY/DAILY';

/** Amounts are exact decimal text, of one currency each. */
export type ProceedsRow = { app: string; currency: string; day: string; week: string; month: string };
export type DownloadsRow = { app: string; day: string; week: string; month: string };

/** Units of an app on a day, whole numbers as text: all rows of Apple's file, refunds taken off. */
export type UnitsRow = { app: string; sku: string; day: string; units: string };

/** What one asks first: the newest day, the last 7 and the last 30 days. */
export type FirstAnswers = {
  /** The newest day that is settled; absent where none is. */
  day: string | undefined;
  /** How many of the 30 days up to it are settled: sums of 30 days are of these. */
  settledDays: number;
  /** By app and currency: the currency in which most is sold first, in it the largest amount first. */
  proceeds: ProceedsRow[];
  downloads: DownloadsRow[];
  /** By day and app, newest day first; days that are empty have none. */
  units: UnitsRow[];
};

/** The days of daily sales that are stored, or known to be empty; oldest first. */
export const settledDays = (series: readonly SeriesStatus[]): string[] =>
  series
    .filter(({ report }) => report === SALES)
    .flatMap(({ days }) => days)
    .filter(({ state }) => state === 'stored' || state === 'restated' || state === 'empty')
    .map(({ date }) => date)
    .sort();

/**
 * Asks the tables. Sums are DuckDB's, exact; in-app purchases count to their app.
 *
 * @param lake the directory of the bucket
 * @param settled see {@link settledDays}
 */
export async function firstAnswers(lake: string, settled: readonly string[]): Promise<FirstAnswers> {
  const day = settled.at(-1);
  if (day === undefined) return { day, settledDays: 0, proceeds: [], downloads: [], units: [] };
  const since = new Date(Date.parse(day) - 29 * DAY_MILLIS).toISOString().slice(0, 10);
  const known = { day, settledDays: settled.filter((date) => date >= since).length };
  const { ask: rows, has } = await openLakeCopy(lake);
  if (!has('sales_daily')) return { ...known, proceeds: [], downloads: [], units: [] };
  const sql = answersSql(day);
  const proceeds = await rows(sql.proceeds);
  const downloads = await rows(sql.downloads);
  const units = await rows(sql.units);
  const text = (row: Record<string, unknown>, name: string): string => String(row[name] ?? '');
  const numbers = (row: Record<string, unknown>) => ({
    day: text(row, 'day'),
    week: text(row, 'week'),
    month: text(row, 'month'),
  });
  return {
    ...known,
    proceeds: proceeds.map((row) => ({
      app: text(row, 'app'),
      currency: text(row, 'currency'),
      ...numbers(row),
    })),
    downloads: downloads.map((row) => {
      const { day: first, week, month } = numbers(row);
      return { app: text(row, 'app'), day: whole(first), week: whole(week), month: whole(month) };
    }),
    units: units.map((row) => ({
      app: text(row, 'app'),
      sku: text(row, 'sku'),
      day: text(row, 'day'),
      units: whole(text(row, 'units')),
    })),
  };
}

/** The questions about the 30 days up to a day. */
function answersSql(day: string): Record<'proceeds' | 'downloads' | 'units', string> {
  const within = (days: number, amount: string): string =>
    `CAST(coalesce(sum(${amount}) FILTER (WHERE report_date > DATE '${day}' - ${days}), 0) AS DECIMAL(38,2))::VARCHAR`;
  const spans = (amount: string): string =>
    `${within(1, amount)} AS day, ${within(7, amount)} AS week, ${within(30, amount)} AS month`;
  const lines = `WITH lines AS (
    SELECT coalesce(p.app_name, p.name, s.product_id, '(no name)') AS app, s.currency_of_proceeds AS currency,
      s.report_date, s.proceeds, s.downloads, s.units_sold
    FROM sales_daily AS s
    LEFT JOIN products AS p ON p.team = s.team AND p.product_id = s.product_id
    WHERE s.report_date > DATE '${day}' - 30 AND s.report_date <= DATE '${day}'
  )`;
  return {
    proceeds: `${lines}, sums AS (
       SELECT app, currency, sum(proceeds) AS total, sum(units_sold) AS sold, ${spans('proceeds')} FROM lines
       GROUP BY app, currency HAVING sum(abs(proceeds)) > 0
     )
     SELECT app, currency, day, week, month FROM sums
     ORDER BY sum(sold) OVER (PARTITION BY currency) DESC, currency, total DESC, app`,
    downloads: `${lines} SELECT app, ${spans('downloads')} FROM lines
     GROUP BY app HAVING sum(downloads) <> 0 ORDER BY sum(downloads) DESC, app`,
    units: `SELECT coalesce(p.app_name, p.name, s.title, '(no name)') AS app, coalesce(s.parent_sku, s.sku) AS sku,
       s.report_date::VARCHAR AS day, CAST(sum(s.units) AS DECIMAL(38,2))::VARCHAR AS units
     FROM sales_lines AS s
     LEFT JOIN products AS p ON p.team = s.team AND p.product_id = s.product_id
     WHERE s.report_date > DATE '${day}' - 30 AND s.report_date <= DATE '${day}'
     GROUP BY ALL ORDER BY day DESC, sum(s.units) DESC, app`,
  };
}

/** Units are whole numbers. */
const whole = (decimal: string): string => decimal.replace(/\.0+$/, '');
