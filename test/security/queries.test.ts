import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { openReadOnlyTables, type ReadOnlyTables } from '../../local/lake/read-only-tables.ts';

describe('A query of somebody who is not trusted', () => {
  const directory = mkdtempSync(join(tmpdir(), 'queries-'));
  const table = join(directory, 'data.parquet');
  const secret = join(directory, 'secret.csv');
  const written = join(directory, 'written');
  let tables: ReadOnlyTables;
  before(async () => {
    writeFileSync(secret, 'a\n1\n');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(`COPY (SELECT 1 AS units, 'Tide' AS title) TO '${table}' (FORMAT parquet)`);
    connection.closeSync();
    tables = await openReadOnlyTables(new Map([['sales', [table]]]));
  });
  after(() => {
    tables.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const refusals = (queries: readonly string[]) => {
    for (const sql of queries)
      it(`is refused: ${sql.replaceAll(directory, '…').slice(0, 90)}`, async () => {
        await assert.rejects(tables.ask(sql, 5), { code: /^QUERY_(REFUSED|FAILED)$/ });
        assert.ok(!existsSync(written), 'and has written nothing');
        assert.equal((await tables.ask('SELECT 1 AS one', 5)).rows.length, 1, 'and others are answered');
      });
  };

  describe('that reads a file, however it names it,', () =>
    refusals([
      `SELECT * FROM read_text('${secret}')`,
      `SELECT * FROM read_blob(['${secret}'])`,
      `SELECT * FROM read_csv_auto('${secret}')`,
      `SELECT * FROM sniff_csv('${secret}')`,
      `SELECT * FROM read_json('${secret}')`,
      `SELECT * FROM parquet_metadata('${secret}')`,
      `SELECT * FROM read_text('${table}/../secret.csv')`,
      `SELECT * FROM read_text('file://${secret}')`,
      `FROM '${secret}'`,
      `FROM "${secret}"`,
      `FROM '${table}/../secret.csv'`,
      `FROM '/proc/self/environ'`,
      `SELECT * FROM glob('${directory}/*')`,
      `FROM query('SELECT * FROM read_text(''${secret}'')')`,
      `FROM query_table('${secret}')`,
      `FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''${secret}'')'))`,
      `WITH x AS (FROM read_text('${secret}')) SELECT * FROM x`,
      `SELECT (SELECT content FROM read_text('${secret}'))`,
      `SELECT * FROM sales JOIN LATERAL (SELECT * FROM Read_Text('${secret}')) ON true`,
      `/* */ SELECT * FROM -- \n read_text('${secret}')`,
      `SELECT * FROM read_duckdb('${secret}')`,
      "SELECT getenv('HOME')",
      'SELECT * FROM duckdb_secrets()',
      // The tables' own files are read through their views only.
      `SELECT * FROM read_blob('${table}')`,
    ]));

  describe('that reaches the network or loads code', () =>
    refusals([
      "FROM 'https://example.com/x.parquet'",
      "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
      "SELECT * FROM read_csv('hf://datasets/x.csv')",
      'INSTALL httpfs',
      "LOAD '/tmp/x.so'",
      "ATTACH 'https://example.com/x.db'",
    ]));

  describe('that writes, or changes what DuckDB does', () =>
    refusals([
      `COPY (SELECT 1) TO '${written}'`,
      `/* x */ COPY (SELECT 1) TO '${written}'`,
      `EXPORT DATABASE '${written}'`,
      `IMPORT DATABASE '${directory}'`,
      'CREATE TEMP TABLE t AS SELECT 1',
      'CREATE MACRO m() AS 1',
      'DROP VIEW sales',
      'WITH x AS (INSERT INTO sales VALUES (1) RETURNING *) SELECT * FROM x',
      'SET memory_limit = 1',
      'SET VARIABLE x = 1',
      "PRAGMA memory_limit = '100GB'",
      'CALL enable_logging()',
      // A SELECT by its form. With this storage it ends the whole process with the next line of the log,
      `FROM enable_logging(storage := 'file', storage_path := '${written}')`,
      // and these two write to the standard output, the channel of the protocol.
      "FROM enable_logging(storage := 'stdout')",
      `FROM enable_profiling(save_location := '${written}', format := 'json')`,
      'SELECT * FROM sales WHERE units IN (SELECT 1 FROM "main"."Enable_Logging"(storage := \'stdout\'))',
      'FROM checkpoint()',
      'SELECT 1; SELECT 2',
      'PREPARE a AS SELECT 1',
      'EXPLAIN ANALYZE SELECT 1',
    ]));

  it('is answered where it asks the tables, in every form of a SELECT', async () => {
    for (const [sql, rows] of [
      ['SELECT title FROM sales', 1],
      ['FROM sales;', 1],
      ['WITH s AS (SELECT * FROM sales) SELECT * FROM s -- the end', 1],
      ['SELECT unnest([1, 2]) AS x, y FROM range(2) AS r(y)', 4],
      ['SELECT * FROM generate_series(1, 3)', 3],
      ['DESCRIBE sales', 2],
      ['SUMMARIZE sales', 2],
      ['VALUES (1), (2)', 2],
      ["SELECT count(*) FROM information_schema.columns WHERE table_name = 'sales'", 1],
    ] as const)
      assert.equal((await tables.ask(sql, 10)).rows.length, rows, sql);
  });

  describe('that makes a huge value of small ones', () => {
    for (const sql of [
      "SELECT repeat('x', 2000000000)",
      "SELECT length(repeat('x', 1000000000 + i::INT)) FROM range(1) AS r(i)",
      "SELECT length(pg_catalog.repeat('x', 1000000000))",
      "SELECT length(system.main.REPEAT('x', 1000000000))",
      "SELECT lpad('x', 1000000000, ' ')",
      "SELECT rpad('x', 1000000000, ' ')",
      "SELECT bitstring('0', 1000000000)",
      'SELECT list_resize([1], 1000000000)',
      'SELECT range(1000000000)',
      'SELECT len(generate_series(1, 1000000000))',
      'SELECT len(range(0, -2000000000, -1))',
      "SELECT len(generate_series(TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-02', INTERVAL 1 MICROSECOND))",
      "SELECT printf('%1000000000d', 1)",
      "SELECT format('{:{}d}', 1, 1000000000)",
      "SELECT format('{:>' || '1000000000' || '}', 1)",
    ])
      it(`is refused before it is made: ${sql}`, async () => {
        const before = process.resourceUsage().maxRSS;
        await assert.rejects(tables.ask(sql, 5), {
          code: /^QUERY_(REFUSED|FAILED)$/,
          message: /would make a value of more than|name it without its schema|text in quotes/,
        });
        const grown = (process.resourceUsage().maxRSS - before) / 1024;
        assert.ok(grown < 200, `it took ${grown} MB`);
      });

    it('is answered as before where the value is small', async () => {
      const { rows } = await tables.ask(
        `SELECT repeat('ab', 2) AS twice, repeat([1], 2) AS items, lpad('7', 2, '0') AS padded, range(2) AS numbers,
          generate_series(1, 3, 2) AS odd, len(generate_series(DATE '2026-01-01', DATE '2026-12-31', INTERVAL 1 DAY)) AS days,
          format('{:.2f}', 1.5) AS money, printf('%03d', 7) AS number, list_resize([1], 2, 0) AS more,
          rpad(title, 5, '.') AS dotted, repeat(NULL, 3) AS nothing
        FROM sales`,
        5,
      );
      assert.deepEqual(rows, [
        {
          ...{
            twice: 'abab',
            items: [1, 1],
            padded: '07',
            numbers: ['0', '1'],
            odd: ['1', '3'],
            days: '365',
          },
          ...{ money: '1.50', number: '007', more: [1, 0], dotted: 'Tide.', nothing: null },
        },
      ]);
    });
  });

  it('is refused by DuckDB where it takes more memory than there is', () =>
    assert.rejects(tables.ask('SELECT list(i::VARCHAR || i) FROM range(100000000) AS r(i)', 5), {
      code: 'QUERY_FAILED',
      message: /Out of Memory/,
    }));
});
