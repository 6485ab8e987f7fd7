import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import {
  type Column,
  type ColumnType,
  DATE,
  NUMBER,
  TEXT,
} from '../../functions/reports/table/column-type.ts';
import { convertReport } from '../../functions/reports/table/convert.ts';

// No value may differ between the file and what a query reads. The file is read here by a few lines that share nothing
// with the product; the table by DuckDB.

const directory = mkdtempSync(join(tmpdir(), 'values-'));
after(() => rmSync(directory, { recursive: true }));
const gzipPath = join(directory, 'report.gz');
const parquetPath = join(directory, 'data.parquet');
const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
// Each run writes the same file anew, within a second.
await duckdb.run('SET enable_external_file_cache = false');

const COLUMNS: readonly Column[] = [
  { header: 'Title', name: 'title', type: TEXT, required: true },
  { header: 'Units', name: 'units', type: NUMBER, required: true },
  { header: 'Day', name: 'day', type: DATE, required: true },
  { header: 'Note', name: 'note', type: TEXT, required: true },
];

/** What a query must read for a cell: NULL for nothing, the text, `12.340000`, `2026-11-23`. */
function expected(cell: string, type: ColumnType): string | null {
  const text = cell.replace(/^ +| +$/g, '');
  if (text === '') return null;
  if (type.kind === 'string') return text;
  if (type.kind === 'date') return text.replace(/^(..)\/(..)\/(....)$/, '$3-$1-$2');
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const value = `${whole.replace(/^0+(?=\d)/, '') || '0'}.${fraction.slice(0, 6).padEnd(6, '0')}`;
  return /[1-9]/.test(value) ? `${sign}${value}` : value;
}

async function assertSameValues(rows: readonly string[][]): Promise<void> {
  const lines = [COLUMNS.map(({ header }) => header), ...rows].map((fields) => fields.join('\t'));
  writeFileSync(gzipPath, gzipSync(`${lines.join('\n')}\n`, { level: 1 }));
  await convertReport({ gzipPath, parquetPath, columns: COLUMNS, sha256: 'cafe' });
  const select = COLUMNS.map(({ name }) => `${name}::VARCHAR AS ${name}`).join(', ');
  const read = (await duckdb.runAndReadAll(`SELECT ${select} FROM '${parquetPath}'`)).getRows();
  const wanted = rows.map((row) => COLUMNS.map(({ type }, index) => expected(row[index] ?? '', type)));
  // Of two long tables only the first row that differs says something.
  const differs = wanted.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(read[index]));
  if (differs !== -1) assert.deepEqual(read[differs], wanted[differs], `row ${differs}`);
  assert.equal(read.length, rows.length);
}

const blank = fc.constantFrom('', ' ', '   ');
const padded = (text: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom('', '', ' '), text, fc.constantFrom('', '', '  ')).map((parts) => parts.join(''));
const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[\t\n\r]/.test(text) && !text.includes('\u0000'));
const number = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.bigInt(0n, 10n ** 32n - 1n),
    fc.nat(20),
    fc.stringMatching(/^\d{0,6}$/),
  )
  .map(([sign, whole, digits, fraction]) => {
    const short = String(whole).slice(0, digits);
    if (short === '' && fraction === '') return '0';
    return `${sign}${short}${fraction === '' ? '' : `.${fraction}`}`;
  });
const day = fc
  .tuple(
    fc.integer({ min: 1, max: 28 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1970, max: 2100 }),
    fc.boolean(),
  )
  .map(([date, month, year, american]) => {
    const [d, m] = [date, month].map((part) => String(part).padStart(2, '0'));
    return american ? `${m}/${d}/${year}` : `${year}-${m}-${d}`;
  });
const cell = (value: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 1, arbitrary: blank }, { weight: 4, arbitrary: padded(value) });
const row = fc.tuple(cell(word), cell(number), cell(day), cell(word)).map((cells) => [...cells]);

describe('What a query reads is what the file has', () => {
  it('for rows of any values', async () => {
    // A line of empty cells alone would still be a row: its tabs are there.
    await fc.assert(fc.asyncProperty(fc.array(row, { maxLength: 40 }), assertSameValues), { numRuns: 100 });
  });

  it('for rows that repeat themselves in runs and out of them', async () => {
    const few = fc.array(row, { minLength: 1, maxLength: 5 });
    const runs = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 30 })), {
      minLength: 1,
      maxLength: 25,
    });
    const rows = fc
      .tuple(few, runs)
      .map(([kinds, lengths]) =>
        lengths.flatMap(([kind, length]) => Array.from({ length }, () => kinds[kind % kinds.length] ?? [])),
      );
    await fc.assert(fc.asyncProperty(rows, assertSameValues), { numRuns: 60 });
  });

  it('over several row groups, by rows and by bytes, with few and with many different values', async () => {
    const long = 'x'.repeat(600);
    const rows = Array.from({ length: 100_000 }, (_, index) => [
      index % 3 === 0 ? ' ' : `title ${index % 900}`,
      `${index % 2 === 0 ? '-' : ''}${index * 7919}.${index % 10}`,
      index % 11 === 0 ? '' : `11/${String((index % 28) + 1).padStart(2, '0')}/2026`,
      // Many different long texts fill a row group before its rows do.
      index < 30_000 ? `${long} ${index}` : `note ${index % 5}`,
    ]);
    await assertSameValues(rows);
    const [groups] = (
      await duckdb.runAndReadAll(
        `SELECT count(DISTINCT row_group_id)::INT AS groups, max(row_group_num_rows)::INT AS rows FROM parquet_metadata('${parquetPath}')`,
      )
    ).getRowObjectsJson();
    assert.deepEqual(groups, { groups: 2, rows: 65_536 });
  });
});
