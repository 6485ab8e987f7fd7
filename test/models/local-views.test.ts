import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { openTables } from '../../local/lake/open-tables.ts';

const lake = mkdtempSync(join(tmpdir(), 'lake-'));
after(() => rmSync(lake, { recursive: true }));

/** Writes a table file of one day, as it lies in the lake. */
async function writeDay(table: string, day: string, select: string): Promise<string> {
  const file = join(
    lake,
    table,
    'team=acme',
    table.startsWith('analytics') ? 'app=100' : 'vendor=85012345',
    `report_date=${day}`,
    'data.parquet',
  );
  mkdirSync(dirname(file), { recursive: true });
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
  return file;
}

describe('The views over tables on this machine', () => {
  it('are there with the tables they need, also where an old file lacks columns', async () => {
    const file = await writeDay(
      'sales_summary_daily',
      '2026-11-20',
      `SELECT 'com.ex.app' AS sku, 'Acme' AS title, '1F' AS product_type_identifier, CAST(3 AS DECIMAL(18,2)) AS units,
        CAST(1.79 AS DECIMAL(18,2)) AS developer_proceeds, CAST(2.99 AS DECIMAL(18,2)) AS customer_price, 'EUR' AS customer_currency,
        'DE' AS country_code, 'EUR' AS currency_of_proceeds, '100' AS apple_identifier`,
    );
    const { ask } = await openTables(new Map([['sales_summary_daily', [file]]]));
    assert.deepEqual(
      await ask(
        'SELECT typeof(report_date) AS type, vendor, app_id, proceeds, t.territory FROM sales_daily JOIN territories AS t USING (country_code)',
      ),
      [{ type: 'DATE', vendor: '85012345', app_id: '100', proceeds: '5.370000', territory: 'DEU' }],
    );
    await assert.rejects(ask('SELECT * FROM mrr_daily'), /mrr_daily/, 'its report is not here');
  });

  it('include the newest batch of each day of an analytics table, and of its snapshot, as Athena has it', async () => {
    const table = 'analytics_app_sessions_standard_daily';
    const batch = (day: string, rows: string) =>
      writeDay(
        table,
        day,
        `SELECT CAST(date AS DATE) AS date, territory, CAST(sessions AS DECIMAL(38,6)) AS sessions FROM (VALUES ${rows}) AS t(date, territory, sessions)`,
      );
    const files = [
      await batch('2026-11-19', "('2026-11-17', 'US', 40), ('2026-11-18', 'US', 10)"),
      await batch('2026-11-20', "('2026-11-18', 'DE', 5)"),
    ];
    const { ask, has } = await openTables(
      new Map([
        [table, files],
        [`${table}_snapshot`, files],
      ]),
    );
    for (const name of [`${table}_latest`, `${table}_snapshot_latest`]) {
      assert.ok(has(name));
      assert.deepEqual(
        await ask(
          `SELECT processing_date::VARCHAR AS processed, date::VARCHAR AS day, territory, sessions, app_version FROM ${name} ORDER BY date`,
        ),
        [
          {
            processed: '2026-11-19',
            day: '2026-11-17',
            territory: 'US',
            sessions: '40.000000',
            app_version: null,
          },
          {
            processed: '2026-11-20',
            day: '2026-11-18',
            territory: 'DE',
            sessions: '5.000000',
            app_version: null,
          },
        ],
      );
    }
    const other = await openTables(new Map([['analytics_arkit_standard_weekly', files]]));
    assert.ok(!other.has('analytics_arkit_standard_weekly_latest'), 'its columns are not known');
  });
});
