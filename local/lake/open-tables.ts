import { globSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { modelSql } from '../../functions/models/model.ts';
import { modelsOver } from '../../functions/models/models.ts';
import type { NumbersLake } from '../../functions/numbers/answer.ts';
import { CATALOGUE } from '../../functions/reports/catalogue/catalogue.ts';
import { tableName } from '../../functions/reports/catalogue/series.ts';
import { REVIEW_COLUMNS, REVIEW_PARTITIONS } from '../../functions/reports/reviews/names/review-columns.ts';
import { REVIEWS_TABLE } from '../../functions/reports/reviews/names/review-series.ts';
import type { Column } from '../../functions/reports/table/column-type.ts';
import { OWN_TABLES, partitionColumns } from '../../functions/tables/own-table.ts';
import { analyticsTableColumns, latestModelsOver } from '../../functions/warehouse/analytics-tables.ts';

const sqlType = ({ type }: Column): string =>
  type.kind === 'decimal'
    ? `DECIMAL(${type.precision},${type.scale})`
    : type.kind === 'date'
      ? 'DATE'
      : 'VARCHAR';

/**
 * A SELECT over a table's files. Columns that the catalogue knows are there though no file on this machine has them, since
 * Apple adds columns with time and the views over the table name them all.
 */
function selectFiles(columns: readonly Column[], files: readonly string[]): string {
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  // A vendor number is a name, though it looks like a number: without this its type would differ from that of the views.
  const names = ['team', 'vendor', 'app', 'source'].filter((name) =>
    files.every((file) => file.includes(`${sep}${name}=`)),
  );
  const types =
    names.length === 0 ? '' : `, hive_types = {${names.map((name) => `'${name}': VARCHAR`).join(', ')}}`;
  const select = `SELECT * FROM read_parquet([${list}], hive_partitioning = true${types}, union_by_name = true)`;
  if (columns.length === 0) return select;
  const nothing = columns.map((column) => `CAST(NULL AS ${sqlType(column)}) AS ${column.name}`).join(', ');
  const empty = `SELECT * FROM (SELECT ${nothing}) WHERE false`;
  return files.length === 0 ? empty : `${empty} UNION ALL BY NAME ${select}`;
}

/**
 * Opens the tables and every view over them that they allow.
 *
 * @param tables - the Parquet files of each table; a table that this product fills itself may have none yet
 */
export async function openTables(tables: ReadonlyMap<string, readonly string[]>): Promise<NumbersLake> {
  // Loaded here: it is large, and few commands need it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const there = await createViews(connection, tables);
  return {
    ask: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson(),
    has: (name) => there.has(name),
  };
}

/** Makes a view of each table and every view over them that they allow. @returns all names */
export async function createViews(
  connection: Pick<DuckDBConnection, 'run'>,
  tables: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlySet<string>> {
  const known = new Map([
    ...CATALOGUE.map((entry) => [tableName(entry.name), entry.columns] as const),
    [REVIEWS_TABLE, [...REVIEW_COLUMNS, ...REVIEW_PARTITIONS]] as const,
    ...OWN_TABLES.map((table) => [table.name, [...table.columns, ...partitionColumns(table)]] as const),
  ]);
  for (const [table, files] of tables)
    await connection.run(
      `CREATE VIEW ${table} AS ${selectFiles(known.get(table) ?? analyticsTableColumns(table) ?? [], files)}`,
    );
  const views = [...modelsOver(tables.keys()), ...latestModelsOver(tables.keys())];
  for (const model of views) await connection.run(`CREATE VIEW ${model.name} AS ${modelSql(model)}`);
  return new Set([...tables.keys(), ...views.map(({ name }) => name)]);
}

/**
 * Opens every table of a copy of the lake.
 *
 * @param directory holds `tables/<table>/…`
 */
export function openLakeCopy(directory: string): Promise<NumbersLake> {
  const files = globSync(`${directory}/tables/**/*.parquet`).sort();
  const tables = Map.groupBy(files, (file) => relative(join(directory, 'tables'), file).split(sep)[0] ?? '');
  return openTables(tables);
}
