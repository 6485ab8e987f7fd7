import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import {
  SALES_SUMMARY_COLUMNS,
  SUBSCRIPTION_EVENT_COLUMNS,
} from '../../functions/reports/catalogue/report-columns.ts';
import { type Column, DATE, glueType, NUMBER, TEXT } from '../../functions/reports/table/column-type.ts';
import { convertReport } from '../../functions/reports/table/convert.ts';
import { findTrino } from './trino.ts';

// Athena reads with Trino. Trino converts decimals to the declared scale without an error, so a file whose scale is
// larger than Glue's would be rounded, and nobody would know. `npm run test:trino`

const trino = findTrino();
const skip = 'missing' in trino ? `Trino's Parquet reader is left out: ${trino.missing}` : false;
const read = 'missing' in trino ? () => assert.fail(trino.missing) : trino.read;

const directory = mkdtempSync(join(tmpdir(), 'trino-'));
after(() => rmSync(directory, { recursive: true }));
const pathOf = (name: string) => join(directory, `${name}.parquet`);

/** The types that Glue declares for these columns. */
const glueTypes = (columns: readonly Column[]): Record<string, string> =>
  Object.fromEntries([
    ...columns.map(({ name, type }) => [name, glueType(type)]),
    ['report_sha256', 'string'],
  ]);

const units: Column = { header: 'Units', name: 'units', type: NUMBER, required: true };
const declared = glueType(units.type);

/** A file as the version before wrote it: decimals in INT64, of the scale that its values took. */
function writeBefore(name: string, scale: number, values: (bigint | null)[]): string {
  const path = pathOf(name);
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: 'report', num_children: 1 },
      {
        name: 'units',
        repetition_type: 'OPTIONAL',
        type: 'INT64',
        converted_type: 'DECIMAL',
        precision: 18,
        scale,
      },
    ],
    statistics: false,
  });
  writer.write({ columnData: [{ name: 'units', data: values }], rowGroupSize: values.length });
  writer.finish();
  return path;
}

const unitsOf = (path: string, type = declared) => read(path, { units: type }).map(([value]) => value);

describe('Trino reads exactly, under the types that Glue declares', { skip }, () => {
  it('tables that the version before stored', () => {
    const before = writeBefore('before', 2, [70n, -5n, null, 999_999_999_999_999_999n]);
    assert.deepEqual(unitsOf(before), ['0.700000', '-0.050000', null, '9999999999999999.990000']);
    assert.deepEqual(unitsOf(writeBefore('whole', 0, [7n, null, -3n])), ['7.000000', null, '-3.000000']);
  });

  it('tables that the version before widened; under its own type they were rounded', () => {
    const widened = writeBefore('widened', 6, [699_300n, null, -1n, 123_456_789_012_345_678n]);
    assert.deepEqual(unitsOf(widened), ['0.699300', null, '-0.000001', '123456789012.345678']);
    assert.deepEqual(unitsOf(widened, 'decimal(18,2)')[0], '0.70');
  });

  it('tables of this version: dictionaries and plain pages, runs, NULLs, several row groups', async () => {
    const columns: Column[] = [
      { header: 'Title', name: 'title', type: TEXT, required: true },
      units,
      { header: 'Day', name: 'day', type: DATE, required: true },
      { header: 'Note', name: 'note', type: TEXT, required: true },
      { header: 'Absent', name: 'absent', type: NUMBER, required: false },
    ];
    const rows = Array.from({ length: 70_000 }, (_, row) => [
      row < 100 ? 'run' : `title ${row % 300}`,
      row % 7 === 0 ? ' ' : `${row % 2 === 0 ? '-' : ''}${row}.${row % 10}999`,
      `11/${String((row % 28) + 1).padStart(2, '0')}/2026`,
      `Häfen ${row} かな`,
    ]);
    const gzipPath = join(directory, 'report.gz');
    writeFileSync(
      gzipPath,
      gzipSync(`Title\tUnits\tDay\tNote\n${rows.map((row) => row.join('\t')).join('\n')}\n`),
    );
    await convertReport({ gzipPath, parquetPath: pathOf('now'), columns, sha256: 'cafe' });
    const seen = read(pathOf('now'), glueTypes(columns));
    assert.equal(seen.length, rows.length);
    for (const [index, [title = '', number = '', day = '', note = '']] of rows.entries()) {
      const wanted = [
        title,
        number === ' ' ? null : `${number}00`,
        `2026-11-${day.slice(3, 5)}`,
        note,
        ...[null, 'cafe'],
      ];
      assert.deepEqual(seen[index], wanted, `row ${index}`);
    }
  });

  it('a whole sales file, each column by its declared type', async () => {
    const gzipPath = join(directory, 'report.gz');
    const value = ({ type }: Column) => ({ string: 'x', date: '11/23/2026', decimal: '.6993' })[type.kind];
    const line = (of: (column: Column) => string) => SALES_SUMMARY_COLUMNS.map(of).join('\t');
    writeFileSync(gzipPath, gzipSync(`${line(({ header }) => header)}\n${line(value)}\n`));
    const parquetPath = pathOf('sales');
    await convertReport({ gzipPath, parquetPath, columns: SALES_SUMMARY_COLUMNS, sha256: 'x' });
    const [row = []] = read(parquetPath, glueTypes(SALES_SUMMARY_COLUMNS));
    const shown = { string: 'x', date: '2026-11-23', decimal: '0.699300' };
    assert.deepEqual(row, [...SALES_SUMMARY_COLUMNS.map(({ type }) => shown[type.kind]), 'x']);
  });

  it('and refuses a column that was text before and is a number now, until its table is written anew', () => {
    const path = pathOf('text');
    const writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: [
        { name: 'report', num_children: 1 },
        {
          name: 'days_before_canceling',
          repetition_type: 'OPTIONAL',
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
        },
      ],
    });
    writer.write({ columnData: [{ name: 'days_before_canceling', data: ['12'] }] });
    writer.finish();
    const type = glueTypes(SUBSCRIPTION_EVENT_COLUMNS)['days_before_canceling'] ?? '';
    assert.equal(type, declared);
    assert.throws(() => read(path, { days_before_canceling: type }), /Unsupported|not supported|Decimal/i);
  });
});
