import { modelSql } from '../models/model.ts';
import type { Settings } from '../platform/config/settings.ts';
import { columnType, dialectOf, translate, type Warehouse } from './dialects.ts';
import { loadStatement, preparation } from './load.ts';
import { type WarehouseTable, warehouseTables } from './warehouse-tables.ts';

/** The statements for a warehouse by kind, each list in an order in which every statement finds what it reads. */
export type Ddl = {
  /** What has to be there before, such as a stage; to be filled in by hand. */
  preparation: string[];
  tables: string[];
  views: string[];
  /** Replaces one partition by its file: `{…}` stands for values of the event `Report Stored`. */
  loads: string[];
};

/** @param location where the tables lie: `s3://<bucket>`, or a directory */
export function ddlFor(settings: Settings, warehouse: Warehouse, location: string): Ddl {
  const { tables, views } = warehouseTables(settings);
  return {
    preparation: preparation(warehouse, location),
    tables: tables.map((table) => createTable(table, warehouse, location)),
    views: views.map((model) => `CREATE VIEW ${model.name} AS\n${translate(modelSql(model), warehouse)};`),
    loads: tables.map((table) => loadStatement(table, warehouse, location)),
  };
}

function createTable(table: WarehouseTable, warehouse: Warehouse, location: string): string {
  const dialect = dialectOf(warehouse);
  const column = ({ name, type }: WarehouseTable['columns'][number]) =>
    `  ${name} ${columnType(dialect, type)}`;
  const partitions = table.partitions.map((name) => `  ${name} ${dialect.types.varchar}`);
  if (warehouse === 'athena') return externalTable(table, location);
  const lines = [...partitions, ...table.columns.map(column)];
  const body = `CREATE TABLE ${table.name} (\n${lines.join(',\n')}\n)`;
  const order = `(${table.partitions.map((name) => `coalesce(${name}, '')`).join(', ')})`;
  return warehouse === 'clickhouse' ? `${body}\nENGINE = MergeTree ORDER BY ${order};` : `${body};`;
}

/** Athena reads the files where they lie. The stack has made the same tables, with partition projection. */
function externalTable({ name, columns, partitions }: WarehouseTable, location: string): string {
  const type = ({ type: { kind } }: WarehouseTable['columns'][number]) =>
    kind === 'decimal' ? 'decimal(38,6)' : kind;
  return `CREATE EXTERNAL TABLE ${name} (
${columns.map((column) => `  ${column.name} ${type(column)}`).join(',\n')}
)
PARTITIONED BY (${partitions.map((partition) => `${partition} string`).join(', ')})
STORED AS PARQUET
LOCATION '${location}/tables/${name}/';`;
}
