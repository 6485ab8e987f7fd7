import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { analyticsColumns } from '../../../functions/reports/analytics/names/analytics-catalogue.ts';
import { openSmallLake } from '../../models/small-lake.ts';
import { PAGES } from '../fences.ts';
import { queriesOf } from './queries.ts';

/** Its queries are held by analysis.test.ts, with their answers. */
const pages = PAGES.filter((page) => page !== 'docs/analysis.md');

/** The files of a table are the table. */
const overTables = (sql: string): string => sql.replaceAll(/read_parquet\('tables\/(\w+)\/[^)]*\)/g, '$1');

describe('Queries in the documents', () => {
  let ask: Awaited<ReturnType<typeof openSmallLake>>;
  before(async () => {
    ask = await openSmallLake(
      {},
      {
        tables: { analytics_app_downloads_standard_daily: analyticsColumns('App Downloads Standard') },
        script: readFileSync('docs/examples/analysis/sample.sql', 'utf8'),
      },
    );
  });

  const queries = pages.flatMap(queriesOf);

  it('are found', () => assert.ok(queries.length >= 8, String(queries.length)));

  for (const { page, line, sql } of queries)
    it(`${page}:${line} names tables and columns that are there`, async () => {
      assert.ok(Array.isArray(await ask(overTables(sql))));
    });
});
