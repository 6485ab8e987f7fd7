import type { AppSales } from '../model/status.ts';

type Rows = (sql: string) => Promise<Record<string, unknown>[]>;

const MOST = 12;

/**
 * What each app sold in each currency: first those with proceeds, and of them those with most rows. Sums are DuckDB's, exact.
 *
 * @param rows asks the tables
 * @param table the daily sales, with `report_date` as a column
 */
export async function appSales(rows: Rows, table: string): Promise<AppSales[]> {
  const totals = await rows(
    `SELECT title AS app, currency_of_proceeds AS currency, sum(units)::VARCHAR AS units,
            sum(units * developer_proceeds)::DECIMAL(38, 2)::VARCHAR AS proceeds
     FROM ${table} WHERE title IS NOT NULL AND currency_of_proceeds IS NOT NULL
     GROUP BY ALL ORDER BY sum(units * developer_proceeds) <> 0 DESC, count(*) DESC, app, currency LIMIT ${MOST}`,
  );
  const daily = await rows(
    `SELECT title AS app, currency_of_proceeds AS currency, report_date::VARCHAR AS date,
            sum(units)::VARCHAR AS units, sum(units * developer_proceeds)::DECIMAL(38, 2)::VARCHAR AS proceeds
     FROM ${table} GROUP BY ALL`,
  );
  const dates = [...new Set(daily.map(({ date }) => String(date)))].sort();
  const key = ({ app, currency, date }: Record<string, unknown>): string =>
    JSON.stringify([app, currency, date]);
  const known = new Map(daily.map((row) => [key(row), row]));
  return totals.map(({ app, currency, units, proceeds }) => ({
    app: String(app),
    currency: String(currency),
    totalUnits: String(units).replace(/\.0+$/, ''),
    totalProceeds: String(proceeds),
    days: dates.map((date) => {
      const row = known.get(key({ app, currency, date }));
      return { date, units: String(row?.['units'] ?? '0'), proceeds: String(row?.['proceeds'] ?? '0') };
    }),
  }));
}
