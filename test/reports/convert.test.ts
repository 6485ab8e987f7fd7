import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { analyticsType } from '../../functions/reports/analytics/names/analytics-catalogue.ts';
import { type Column, columnName, NUMBER, TEXT } from '../../functions/reports/table/column-type.ts';
import { convertParts, convertReport } from '../../functions/reports/table/convert.ts';
import { TableError } from '../../functions/reports/table/table-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'convert-'));
const gzipPath = join(directory, 'report.gz');
const parquetPath = join(directory, 'data.parquet');
const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
await duckdb.run('SET enable_external_file_cache = false');

const column = (header: string, type: Column['type'], required = true): Column => ({
  header,
  name: columnName(header),
  type,
  required,
});
const columns = [
  column('Title', { kind: 'string' }),
  column('Units', NUMBER),
  column('Begin Date', { kind: 'date' }),
  column('Promo Code', { kind: 'string' }, false),
];

async function convert(text: string | Buffer) {
  writeFileSync(gzipPath, typeof text === 'string' ? gzipSync(text) : text);
  return convertReport({ gzipPath, parquetPath, columns, sha256: 'cafe' });
}

/** What DuckDB reads from the file: an engine that shares no code with the writer. */
const rowsOf = async (sql = `SELECT * FROM '${parquetPath}'`) =>
  (await duckdb.runAndReadAll(sql)).getRowObjectsJson();

async function problemOf(text: string | Buffer): Promise<string> {
  try {
    await convert(text);
  } catch (error) {
    assert.ok(error instanceof TableError, String(error));
    return `${error.code}: ${error.message}`;
  }
  return assert.fail('the file was accepted');
}

describe('A report file becomes a table', () => {
  it('with typed columns, matched by name in any order', async () => {
    await convert('Begin Date\tUnits\tTitle\n11/23/2026\t-3\tTide 🌊 – Häfen かな سوق\n');
    assert.deepEqual(await rowsOf(), [
      {
        title: 'Tide 🌊 – Häfen かな سوق',
        units: '-3.000000',
        begin_date: '2026-11-23',
        promo_code: null,
        report_sha256: 'cafe',
      },
    ]);
    const types = await rowsOf(`DESCRIBE SELECT * FROM '${parquetPath}'`);
    assert.deepEqual(
      types.map((row) => row['column_type']),
      ['VARCHAR', 'DECIMAL(38,6)', 'DATE', 'VARCHAR', 'VARCHAR'],
    );
  });

  it('with numbers as Apple writes them, exactly', async () => {
    const written = ['.70', '-.05', '600', '0', '+1.5', `${'9'.repeat(32)}.999999`, '1.500', '', '-0.000001'];
    await convert(`Title\tUnits\tBegin Date\n${written.map((units) => `x\t${units}\t`).join('\n')}`);
    assert.deepEqual(
      (await rowsOf()).map((row) => row['units']),
      [
        ...['0.700000', '-0.050000', '600.000000', '0.000000', '1.500000', `${'9'.repeat(32)}.999999`],
        ...['1.500000', null, '-0.000001'],
      ],
    );
  });

  it('with unknown columns kept at the end, as text', async () => {
    await convert('Moon Phase\tTitle\tUnits\tBegin Date\nwaxing\tx\t1\t\n');
    const [row] = await rowsOf();
    assert.deepEqual(Object.entries(row ?? {}).at(-1), ['moon_phase', 'waxing']);
  });

  it('with Windows line ends, a byte order mark and no last line end', async () => {
    const { rows } = await convert('\uFEFFTitle\tUnits\tBegin Date\r\nx\t1\t11/23/2026\r\ny\t2\t2026-11-23');
    assert.equal(rows, 2);
    assert.deepEqual(
      (await rowsOf()).map((row) => [row['title'], row['begin_date']]),
      [
        ['x', '2026-11-23'],
        ['y', '2026-11-23'],
      ],
    );
  });

  it('with no rows when there is only a header', async () => {
    assert.equal((await convert('Title\tUnits\tBegin Date\n')).rows, 0);
    assert.deepEqual(await rowsOf(), []);
  });

  it('with more decimals than Apple documents, not rounded, in a column of the same type as ever', async () => {
    await convert('Title\tUnits\tBegin Date\nx\t1.2345\t\ny\t2\t\n');
    assert.deepEqual(await rowsOf(`SELECT units, typeof(units) AS type FROM '${parquetPath}'`), [
      { units: '1.234500', type: 'DECIMAL(38,6)' },
      { units: '2.000000', type: 'DECIMAL(38,6)' },
    ]);
  });

  it('of many row groups, with sums equal to the cent', async () => {
    const count = 120_000;
    const lines = Array.from(
      { length: count },
      (_, row) => `title ${row % 70_000}\t${row % 977}.${String(row % 100).padStart(2, '0')}\t11/23/2026`,
    );
    const cents = Array.from(
      { length: count },
      (_, row) => BigInt(row % 977) * 100n + BigInt(row % 100),
    ).reduce((a, b) => a + b, 0n);
    assert.equal((await convert(`Title\tUnits\tBegin Date\n${lines.join('\n')}\n`)).rows, count);
    const [sums] = await rowsOf(
      `SELECT count(*)::INT AS rows, count(DISTINCT title)::INT AS titles, (sum(units) * 100)::BIGINT::VARCHAR AS cents FROM '${parquetPath}'`,
    );
    assert.deepEqual(sums, { rows: count, titles: 70_000, cents: String(cents) });
  });
});

describe('A file that is no such report is told by name', () => {
  const header = 'Title\tUnits\tBegin Date\n';
  const cases: [string, string | Buffer, RegExp][] = [
    ['too few fields', `${header}x\t1\t\nx\t1\n`, /^FIELD_COUNT: Line 3 has 2 fields, the header has 3/],
    ['too many fields', `${header}x\t1\t\ty\n`, /^FIELD_COUNT: Line 2 has 4 fields/],
    [
      'a comma in a number',
      `${header}x\t1,234\t\n`,
      /^VALUE_MALFORMED: Line 2, column "Units": "1,234" is not a decimal/,
    ],
    ['a word as number', `${header}x\tNaN\t\n`, /^VALUE_MALFORMED/],
    ['too many digits', `${header}x\t1${'0'.repeat(32)}\t\n`, /more than 32 digits before the point/],
    ['too many decimals', `${header}x\t1.12345678\t\n`, /^SCALE_EXCEEDED/],
    [
      'a date that does not exist',
      `${header}x\t1\t02/30/2026\n`,
      /^VALUE_MALFORMED: Line 2, column "Begin Date"/,
    ],
    ['a missing column', 'Title\tBegin Date\nx\t\n', /^COLUMN_MISSING: The file lacks the column "Units"/],
    ['two missing columns', 'Units\n1\n', /^COLUMN_MISSING: .*"Title", "Begin Date"/],
    [
      'a column that is there twice',
      'Title\tUnits\tUnits\tBegin Date\nx\t1\t1\t\n',
      /^COLUMN_REPEATED: .*"Units"/,
    ],
    ['another file', '<html>\n', /^HEADER_MISSING/],
    ['nothing', '', /^HEADER_MISSING/],
    ['a line without end', `${header}${'x'.repeat(2 << 20)}`, /^LINE_TOO_LONG: Line 2/],
    ['a gzip file cut short', gzipSync(header.repeat(500)).subarray(0, 40), /^GZIP_DAMAGED/],
    [
      'a gzip file altered',
      Buffer.concat([gzipSync(header).subarray(0, -6), Buffer.alloc(6)]),
      /^GZIP_DAMAGED/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(name, async () => assert.match(await problemOf(text), expected));
  }
});

describe('A report that comes in several files', () => {
  const partsOf = (...texts: string[]) =>
    texts.map((text, index) => {
      const path = join(directory, `part-${index}.gz`);
      writeFileSync(path, gzipSync(text));
      return { gzipPath: path, sha256: `hash-${index}` };
    });

  it('becomes one table, whatever the order of columns in each; each row tells its file', async () => {
    const parts = partsOf(
      'Title\tUnits\tBegin Date\tExtra\nA\t1\t11/23/2026\tx\nB\t2\t11/23/2026\ty\n',
      'Extra\tBegin Date\tTitle\tUnits\nz\t11/24/2026\tC\t3\n',
    );
    assert.deepEqual(await convertParts({ parts, parquetPath, columns }), {
      rows: 3,
      unknownColumns: [{ header: 'Extra', name: 'extra', type: TEXT, required: false }],
      remarks: [],
    });
    assert.deepEqual(
      await rowsOf(`SELECT title, units, extra, report_sha256 FROM '${parquetPath}' ORDER BY 1`),
      [
        { title: 'A', units: '1.000000', extra: 'x', report_sha256: 'hash-0' },
        { title: 'B', units: '2.000000', extra: 'y', report_sha256: 'hash-0' },
        { title: 'C', units: '3.000000', extra: 'z', report_sha256: 'hash-1' },
      ],
    );
  });

  it('has its unexpected columns typed by their headers', async () => {
    const parts = partsOf(
      'Title\tUnits\tBegin Date\tCounts\nA\t1\t11/23/2026\t1\n',
      'Title\tUnits\tBegin Date\tCounts\nB\t1\t11/23/2026\t1.2345\n',
    );
    await convertParts({ parts, parquetPath, columns, typeOf: analyticsType });
    assert.deepEqual(await rowsOf(`SELECT counts FROM '${parquetPath}' ORDER BY 1`), [
      { counts: '1.000000' },
      { counts: '1.234500' },
    ]);
  });

  it('is refused when a file has other columns, or none', async () => {
    const [whole = '', ...others] = [
      'Title\tUnits\tBegin Date\tExtra\nA\t1\t11/23/2026\tx\n',
      'Title\tUnits\tBegin Date\nA\t1\t11/23/2026\n',
      'Title\tUnits\tBegin Date\tOther\nA\t1\t11/23/2026\tx\n',
      'Title\tUnits\tBegin Date\tExtra\tOther\nA\t1\t11/23/2026\tx\ty\n',
    ];
    for (const other of others) {
      const parts = partsOf(whole, other);
      await assert.rejects(convertParts({ parts, parquetPath, columns }), { code: 'HEADER_DIFFERS' });
    }
    await assert.rejects(convertParts({ parts: partsOf(whole, ''), parquetPath, columns }), {
      code: 'HEADER_MISSING',
    });
  });
});
