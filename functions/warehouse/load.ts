import { columnType, dialectOf, type Warehouse } from './dialects.ts';
import type { WarehouseTable } from './warehouse-tables.ts';

/** What an engine needs once before it can read the bucket. */
export function preparation(warehouse: Warehouse, location: string): string[] {
  switch (warehouse) {
    case 'snowflake':
      return [
        `CREATE STAGE app_store_connect URL = '${location}/tables/' STORAGE_INTEGRATION = app_store_connect FILE_FORMAT = (TYPE = PARQUET);`,
      ];
    case 'duckdb':
      return location.startsWith('s3://') ? ['CREATE SECRET (TYPE s3, PROVIDER credential_chain);'] : [];
    case 'clickhouse':
      return ['SET join_use_nulls = 1;'];
    default:
      return [];
  }
}

/** The file of a partition in the terms of the event `Report Stored`; our own tables have several files per partition. */
const fileOf = ({ name, partitions }: WarehouseTable, location: string): string =>
  `${location}/tables/${name}/${partitions.map((name) => `${name}={${name}}/`).join('')}`;

const where = ({ partitions }: WarehouseTable): string =>
  partitions.map((name) => `${name} = '{${name}}'`).join(' AND ');

const constants = ({ partitions }: WarehouseTable): string =>
  partitions.map((name) => `'{${name}}'`).join(', ');

/**
 * Replaces a partition by what its files hold now: for a stored report, a restated one, and the first load alike. `{team}`,
 * `{vendor}` and `{report_date}` stand for the values of the event.
 */
export function loadStatement(table: WarehouseTable, warehouse: Warehouse, location: string): string {
  const { name, columns, partitions } = table;
  const names = columns.map((column) => column.name).join(', ');
  const all = [...partitions, ...columns.map((column) => column.name)].join(', ');
  const file = fileOf(table, location);
  const clear = `DELETE FROM ${name} WHERE ${where(table)};`;
  switch (warehouse) {
    case 'athena':
      return `ALTER TABLE ${name} ADD IF NOT EXISTS PARTITION (${partitions.map((name) => `${name} = '{${name}}'`).join(', ')});`;
    case 'duckdb':
      return `${clear}
INSERT INTO ${name} (${all})
SELECT ${constants(table)}, ${names} FROM (
  SELECT ${names} FROM ${name} WHERE false
  UNION ALL BY NAME
  SELECT * FROM read_parquet('${file}*.parquet', hive_partitioning = false, union_by_name = true)
);`;
    case 'snowflake': {
      const dialect = dialectOf(warehouse);
      const cells = columns.map((column) => `$1:${column.name}::${columnType(dialect, column.type)}`);
      const staged = file.slice(`${location}/tables/`.length);
      return `${clear}
COPY INTO ${name} (${all})
FROM (SELECT ${constants(table)}, ${cells.join(', ')} FROM @app_store_connect/${staged})
FORCE = TRUE;`;
    }
    case 'bigquery':
      return `${clear}
LOAD DATA INTO ${name}
FROM FILES (format = 'PARQUET', uris = ['${file}*.parquet'], hive_partition_uri_prefix = '${location}/tables/${name}')
WITH CONNECTION \`aws-us-east-1.app_store_connect\`;`;
    case 'redshift':
      return `${clear}
CREATE TEMP TABLE incoming AS SELECT ${names} FROM ${name} WHERE false;
COPY incoming FROM '${file}' IAM_ROLE default FORMAT AS PARQUET;
INSERT INTO ${name} (${all}) SELECT ${constants(table)}, ${names} FROM incoming;
DROP TABLE incoming;`;
    case 'databricks':
      return `${clear}
INSERT INTO ${name} (${all})
SELECT ${constants(table)}, ${names}
FROM read_files('${file}', format => 'parquet', schemaHints => '${columns.map((column) => `${column.name} ${columnType(dialectOf(warehouse), column.type)}`).join(', ')}');`;
    case 'clickhouse':
      return `${clear}
INSERT INTO ${name} (${all})
SELECT ${constants(table)}, ${names}
FROM s3('${file}*.parquet', 'Parquet', '${columns.map((column) => `${column.name} ${columnType(dialectOf(warehouse), column.type)}`).join(', ')}');`;
    case 'postgres':
      return `${clear}
CREATE TEMP TABLE incoming AS SELECT ${names} FROM ${name} WHERE false;
COPY incoming FROM '${file}data.parquet' WITH (format 'parquet', match_by 'name');
INSERT INTO ${name} (${all}) SELECT ${constants(table)}, ${names} FROM incoming;
DROP TABLE incoming;`;
  }
}
