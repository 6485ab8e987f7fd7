import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { openSmallLake } from '../models/small-lake.ts';

const PAGE = 'docs/analysis.md';
const SAMPLE = 'docs/examples/analysis/sample.sql';

/** A question, its query and the lines of its answer, by position in the page. */
const QUESTION = /^## (\d+\. .+)\n[\s\S]*?```sql\n([\s\S]*?)```\n\n((?:\|.*\n)+|answer\n)/gm;

const cellOf = (value: unknown): string => (value === null ? 'NULL' : String(value));

/** Rows as the page shows them. */
function tableOf(rows: readonly Record<string, unknown>[]): string {
  const head = Object.keys(rows[0] ?? {});
  const lines = [head, head.map(() => '---'), ...rows.map((row) => head.map((name) => cellOf(row[name])))];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

describe('The page of questions', () => {
  let ask: Awaited<ReturnType<typeof openSmallLake>>;
  before(async () => {
    ask = await openSmallLake({}, { script: readFileSync(SAMPLE, 'utf8') });
  });

  const page = readFileSync(PAGE, 'utf8');
  const questions = [...page.matchAll(QUESTION)];

  it('has a dozen of them and more, each with a query and an answer', () => {
    assert.ok(questions.length >= 12);
    assert.equal(questions.length, page.split('\n## ').length - 1);
  });

  for (const [, question = '', sql = '', answer = ''] of questions)
    it(question, async () => {
      const found = tableOf(await ask(sql));
      // After a change of a query: UPDATE_ANSWERS=1, and read what it wrote.
      if (process.env['UPDATE_ANSWERS'] === '1') {
        const now = readFileSync(PAGE, 'utf8');
        const at = now.indexOf(answer, now.indexOf(sql));
        writeFileSync(PAGE, now.slice(0, at) + found + now.slice(at + answer.length));
        return;
      }
      assert.equal(answer, found);
    });
});
