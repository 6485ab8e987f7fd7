import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { analyticsColumns } from '../../../functions/reports/analytics/names/analytics-catalogue.ts';
import { openSmallLake } from '../../models/small-lake.ts';
import { PAGES } from '../fences.ts';

/** Its queries are held by analysis.test.ts, with their answers. */
const pages = PAGES.filter((page) => page !== 'docs/analysis.md');

type Query = { page: string; line: number; sql: string };

/** Blocks of SQL, and what stands in quotes behind `reports query`. */
function queriesOf(page: string): Query[] {
  const text = readFileSync(page, 'utf8');
  return [
    ...text.matchAll(/^[ \t]*```sql\n([\s\S]*?)^[ \t]*```/gm),
    ...text.matchAll(/reports query\s+"([^"]+)"/g),
  ].map(({ index, 1: sql = '' }) => ({ page, line: text.slice(0, index).split('\n').length, sql }));
}

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
