import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { oneLine, quotable } from '../../../functions/platform/util/tidy-text.ts';
import { REVIEW_COLUMNS } from '../../../functions/reports/reviews/names/review-columns.ts';
import { rawLine, tableCells, writeTabSeparated } from '../../../functions/reports/reviews/review-lines.ts';
import { convertReport } from '../../../functions/reports/table/convert.ts';
import { review } from './reviews.ts';

const SEEN = '2026-11-24T17:00:00.000Z';
const line = (more: Parameters<typeof review>[2]) =>
  rawLine({ review: review('r', 1, more), change: 'new', version: 1 }, SEEN);

/** The table of these lines, as DuckDB reads it. */
async function tableOf(lines: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'reviews-'));
  const [raw, gzipPath, parquetPath] = ['raw.gz', 'rows.gz', 'data.parquet'].map((name) =>
    join(directory, name),
  );
  writeFileSync(raw ?? '', gzipSync(lines.join('')));
  await writeTabSeparated(raw ?? '', gzipPath ?? '');
  const columns = REVIEW_COLUMNS;
  await convertReport({
    gzipPath: gzipPath ?? '',
    parquetPath: parquetPath ?? '',
    sha256: 'a'.repeat(64),
    columns,
  });
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return (await connection.runAndReadAll(`SELECT * FROM '${parquetPath}'`)).getRowObjectsJson();
}

describe('The text of a review in the table', () => {
  it('is on one line, and keeps every script and emoji', async () => {
    const [row] = await tableOf([
      line({
        title: 'Схватка 👩‍👩‍👧 "quoted"',
        body: 'one\r\n\ntwo\tthree\u2028four',
        reviewerNickname: '=cmd|calc',
      }),
    ]);
    assert.equal(row?.['title'], 'Схватка 👩‍👩‍👧 "quoted"');
    assert.equal(row?.['body'], 'one two three four');
    assert.equal(row?.['reviewer_nickname'], '=cmd|calc', 'the table keeps what was written');
    assert.deepEqual([row?.['created_day'], row?.['rating']], ['2026-11-23', '4.000000']);
  });

  it('loses control characters and halves of characters, and nothing else', () => {
    assert.equal(oneLine('a\u0000b\u001b[31mc\u0085d\ud800e'), 'ab[31mc d\ufffde');
  });

  it('is NULL where there is none', async () => {
    const [row] = await tableOf([line({ title: '', body: ' ' })]);
    assert.deepEqual([row?.['title'], row?.['body'], row?.['response_body']], [null, null, null]);
  });

  it('of a day without reviews is a table without rows', async () => {
    assert.deepEqual(await tableOf([]), []);
  });

  it('can be any text: the row has its cells, and no text makes another row', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (title, body) => {
        const cells = tableCells(line({ title, body }));
        assert.equal(cells.length, REVIEW_COLUMNS.length);
        for (const cell of cells) assert.doesNotMatch(cell, /[\t\n\r\u0085\u2028]/);
        assert.equal(cells[7], oneLine(title));
      }),
    );
  });

  it('is as long as it is', () => {
    assert.equal(tableCells(line({ body: '👍'.repeat(100_000) }))[8]?.length, 200_000);
  });
});

describe('A text that people read among others', () => {
  it('is cut between characters, and says so', () => {
    assert.equal(quotable('👍'.repeat(50), 10), `${'👍'.repeat(9)}…`);
  });

  it('cannot turn the direction of what stands around it', () => {
    assert.equal(quotable('ab\u202eevil\u2069', 50), 'abevil');
  });
});
