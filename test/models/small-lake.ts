import { DuckDBInstance } from '@duckdb/node-api';
import { type Model, modelSql } from '../../functions/models/model.ts';
import { modelsOver } from '../../functions/models/models.ts';
import {
  FINANCIAL_COLUMNS,
  SALES_SUMMARY_COLUMNS,
  SUBSCRIPTION_COLUMNS,
  SUBSCRIPTION_EVENT_COLUMNS,
} from '../../functions/reports/catalogue/report-columns.ts';
import { REVIEW_COLUMNS } from '../../functions/reports/reviews/names/review-columns.ts';
import { REVIEWS_TABLE } from '../../functions/reports/reviews/names/review-series.ts';
import type { Column } from '../../functions/reports/table/column-type.ts';
import { OWN_TABLES } from '../../functions/tables/own-table.ts';

export type Row = Readonly<Record<string, string | number>>;

export const SMALL_LAKE_TABLES: Readonly<Record<string, readonly Column[]>> = {
  sales_summary_daily: SALES_SUMMARY_COLUMNS,
  subscription_summary_daily: SUBSCRIPTION_COLUMNS,
  subscription_event_summary_daily: SUBSCRIPTION_EVENT_COLUMNS,
  financial_zz: FINANCIAL_COLUMNS,
  [REVIEWS_TABLE]: REVIEW_COLUMNS,
  ...Object.fromEntries(OWN_TABLES.map(({ name, columns }) => [name, columns])),
};

const sqlType = ({ type }: Column): string =>
  type.kind === 'decimal'
    ? `DECIMAL(${type.precision},${type.scale})`
    : type.kind === 'date'
      ? 'DATE'
      : 'VARCHAR';

/**
 * The lake's tables with a few rows each, and the models over them, in DuckDB.
 *
 * @param rows - rows by table; what a row does not name is NULL. `report_date` is text, as in the lake
 */
export async function openSmallLake(
  rows: Readonly<Record<string, readonly Row[]>>,
  more: {
    tables?: Readonly<Record<string, readonly Column[]>>;
    models?: readonly Model[];
    /** Statements that fill the tables. */
    script?: string;
  } = {},
) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const tables = { ...SMALL_LAKE_TABLES, ...more.tables };
  for (const [table, columns] of Object.entries(tables)) {
    const partitions = ['team', 'vendor', 'app', 'source', 'report_date'].map((name) => `${name} VARCHAR`);
    await connection.run(
      `CREATE TABLE ${table} (${[...partitions, ...columns.map((one) => `${one.name} ${sqlType(one)}`)].join(', ')})`,
    );
    for (const row of rows[table] ?? []) {
      const names = Object.keys(row);
      const values = names.map((name) => `'${String(row[name]).replaceAll("'", "''")}'`);
      await connection.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')})`);
    }
  }
  if (more.script !== undefined) await connection.run(more.script);
  const models = [...modelsOver(Object.keys(tables)), ...(more.models ?? [])];
  for (const model of models) await connection.run(`CREATE VIEW ${model.name} AS ${modelSql(model)}`);
  return async (sql: string): Promise<Record<string, unknown>[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
}
