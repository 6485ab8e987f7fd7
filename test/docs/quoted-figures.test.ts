import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { FiguresName } from '../../bench/report/figures.ts';
import { sectionOf } from '../../bench/report/page-section.ts';

/** What a page says of a figure, and the row of a measured table that says it. The groups of both have to be equal. */
type Quote = { page: string; said: RegExp; table: FiguresName; row: RegExp };

const QUOTES: readonly Quote[] = [
  {
    page: 'docs/deploy.md',
    said: /table `Reports` \| (\d+) write units, (\d+) read units/,
    table: 'morning',
    row: /write units a second: peak, busiest series \| (\d+), \d+ [\s\S]*?read units a second: peak \| (\d+) /,
  },
  {
    page: 'docs/deploy.md',
    said: /one key of a table \| (\d+) write units/,
    table: 'morning',
    row: /write units a second: peak, busiest series \| \d+, (\d+) /,
  },
];

describe('A figure of docs/benchmarks.md that another page quotes', () => {
  const measured = readFileSync('docs/benchmarks.md', 'utf8');
  for (const { page, said, table, row } of QUOTES)
    it(`is the one of the table ${table}: ${page}, ${said.source.slice(0, 40)}`, () => {
      const { from, to } = sectionOf(table);
      const section = measured.slice(measured.indexOf(from), measured.indexOf(to));
      const [, ...quoted] =
        said.exec(readFileSync(page, 'utf8')) ?? assert.fail(`${page} has no such figure`);
      const [, ...figures] = row.exec(section) ?? assert.fail(`the table ${table} has no such row`);
      assert.deepEqual(quoted, figures);
    });
});
