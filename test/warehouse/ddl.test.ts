import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { MODELS } from '../../functions/models/models.ts';
import { ddlFor } from '../../functions/warehouse/ddl.ts';
import { translate, WAREHOUSES } from '../../functions/warehouse/dialects.ts';
import { WAREHOUSE_SETTINGS } from './settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'warehouse-'));
after(() => rmSync(directory, { recursive: true }));

describe('Tables, views and loads in DuckDB', () => {
  it('run, and a loaded partition is replaced when it is loaded again', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    const file = join(
      directory,
      'tables/sales_summary_daily/team=acme/vendor=85012345/report_date=2026-11-20/data.parquet',
    );
    mkdirSync(dirname(file), { recursive: true });
    await connection.run(
      `COPY (SELECT 'com.ex.app' AS sku, '1F' AS product_type_identifier, 3 AS units, 1.79 AS developer_proceeds,
        2.99 AS customer_price, 'EUR' AS customer_currency, 'DE' AS country_code, 'EUR' AS currency_of_proceeds,
        '100' AS apple_identifier, 'new' AS a_column_that_apple_added) TO '${file}' (FORMAT parquet)`,
    );
    const { preparation, tables, views, loads } = ddlFor(WAREHOUSE_SETTINGS, 'duckdb', directory);
    for (const statement of [...preparation, ...tables, ...views]) await connection.run(statement);
    const load = loads.find((one) => one.startsWith('DELETE FROM sales_summary_daily'));
    assert.ok(load !== undefined);
    const filled = load
      .replaceAll('{team}', 'acme')
      .replaceAll('{vendor}', '85012345')
      .replaceAll('{report_date}', '2026-11-20');
    await connection.run(filled);
    await connection.run(filled);
    assert.deepEqual(await ask('SELECT vendor, app_id, proceeds FROM sales_daily'), [
      { vendor: '85012345', app_id: '100', proceeds: '5.370000' },
    ]);
    assert.equal(views.length, MODELS.length, 'the settings subscribe what every model reads');
  });
});

describe('The SQL of other warehouses', () => {
  it('has no construct that only DuckDB and Trino know', () => {
    for (const warehouse of ['snowflake', 'bigquery', 'redshift', 'databricks', 'clickhouse'] as const)
      for (const statement of ddlFor(WAREHOUSE_SETTINGS, warehouse, 's3://lake').views)
        assert.doesNotMatch(statement, /interval '1' day/, warehouse);
    for (const warehouse of ['bigquery', 'redshift', 'clickhouse'] as const)
      for (const statement of ddlFor(WAREHOUSE_SETTINGS, warehouse, 's3://lake').views)
        assert.doesNotMatch(statement, /\bVALUES\b/, warehouse);
  });

  it('writes constants as SELECTs where rows cannot stand in FROM', () =>
    assert.equal(
      translate(
        "SELECT a FROM (VALUES\n    ('x', 'it''s (a)'),\n    ('y', 'b')\n  ) AS t (a, b)",
        'bigquery',
      ),
      "SELECT a FROM (\n    SELECT 'x' AS a, 'it''s (a)' AS b\n    UNION ALL SELECT 'y', 'b'\n  ) AS t".replace(
        "it''s",
        "it\\'s",
      ),
    ));

  it('keeps 38 digits of money in the types of the engine', () => {
    const money =
      'SELECT cast(proceeds AS decimal(38,6)) AS p, cast(units AS decimal(38,2)) AS u, cast(v AS varchar) AS v';
    const types = (warehouse: (typeof WAREHOUSES)[number]) =>
      [...translate(money, warehouse).matchAll(/\bAS (\S[^)]*?(?:\([\d, ]+\))?\)?)\) AS/g)].map(
        ([, type]) => type,
      );
    assert.deepEqual(types('bigquery'), ['BIGNUMERIC', 'BIGNUMERIC', 'STRING']);
    assert.deepEqual(types('redshift'), ['decimal(38,6)', 'decimal(38,2)', 'varchar(65535)']);
    assert.deepEqual(types('clickhouse'), [
      'Nullable(Decimal(38, 6))',
      'Nullable(Decimal(38, 2))',
      'Nullable(String)',
    ]);
  });

  it('adds days and finds months in the words of the engine', () => {
    const sql =
      "date_trunc('month', coalesce(r.day, s.day) ) x, report_date + interval '1' day, q.d + n.days * interval '1' day";
    assert.match(
      translate(sql, 'bigquery'),
      /DATE_TRUNC\(coalesce\(r\.day, s\.day\) , MONTH\) x, DATE_ADD\(report_date, INTERVAL 1 DAY\), DATE_ADD\(q\.d, INTERVAL n\.days DAY\)/,
    );
    assert.match(
      translate(sql, 'snowflake'),
      /dateadd\(day, 1, report_date\), dateadd\(day, n\.days, q\.d\)/,
    );
  });
});

const hasSqlglot = (path: string): boolean => spawnSync(path, ['-c', 'import sqlglot']).status === 0;
const python = ['.local/python-sql/bin/python', 'python3'].find(hasSqlglot);

/** Parses statements as a dialect; gives what could not be read. */
const PARSE = `
import json, sys, sqlglot
dialect, statements = json.load(sys.stdin)
bad = []
for text in statements:
    try:
        for tree in sqlglot.parse(text, dialect=dialect, error_level=sqlglot.ErrorLevel.RAISE):
            if tree is None or tree.key == 'command':
                bad.append('not understood: ' + text[:200])
    except Exception as error:
        bad.append(str(error)[:300] + ' in ' + text[:200])
print(json.dumps(bad))
`;

describe('A parser of many dialects', {
  skip: python === undefined ? 'sqlglot (Python) is absent: `npm run install:sqlglot` installs it' : false,
}, () => {
  for (const warehouse of WAREHOUSES)
    it(`reads tables and views for ${warehouse}`, () => {
      const { tables, views } = ddlFor(WAREHOUSE_SETTINGS, warehouse, 's3://lake');
      const { stdout, stderr, status } = spawnSync(python ?? '', ['-c', PARSE], {
        input: JSON.stringify([warehouse, [...tables, ...views]]),
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
      assert.deepEqual(JSON.parse(stdout), []);
    });
});
