import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { columnName } from '../../functions/reports/table/column-type.ts';
import { convertReport } from '../../functions/reports/table/convert.ts';
import { ends, play } from './cases.ts';
import { damaged } from './hostile.ts';

const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
after(() => rmSync(directory, { recursive: true }));
const gzipPath = join(directory, 'report.gz');

const columns = [
  { header: 'Title', type: { kind: 'string' } },
  { header: 'Units', type: { kind: 'decimal', precision: 18, scale: 2 } },
  { header: 'Begin Date', type: { kind: 'date' } },
] as const;

function convert(file: Uint8Array, layout: 'table' | 'finance' = 'table') {
  writeFileSync(gzipPath, file);
  return convertReport({
    gzipPath,
    parquetPath: join(directory, 'data.parquet'),
    columns: columns.map((column) => ({ ...column, name: columnName(column.header), required: true })),
    layout,
    sha256: 'cafe',
  });
}

const TSV = 'Title\tUnits\tBegin Date\nTide\t3\t11/23/2026\nEbb\t-1.50\t11/23/2026\n';

describe('A report file', () => {
  it('becomes a table or an error by name', (context) => {
    const text = damaged(
      TSV,
      `Start Date\t11/01/2026\n${TSV}Total_Rows\t2\nTotal_Units: 1.5\n`,
      `${TSV.repeat(3)}`,
    );
    const cut = fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.nat(200) },
    );
    const flip = fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.nat(200) },
    );
    const layout = fc.constantFrom('table' as const, 'finance' as const);
    return play(context, 'reportFiles', fc.tuple(text, cut, flip, layout), async ([tsv, end, at, how]) => {
      const file = gzipSync(tsv, { level: 1 });
      if (at !== undefined) file[at % file.length] = (file[at % file.length] ?? 0) ^ 0x55;
      const done = await ends(() => convert(file.subarray(0, end), how));
      if (done !== undefined) assert.ok(done.rows < tsv.split(/[\r\n]/).length, `${done.rows} rows`);
    });
  });

  it('that is a bomb of one line, of columns or of digits is refused in little memory', async () => {
    const before = process.memoryUsage().rss;
    const zeros = gzipSync(Buffer.alloc(256 * 1024 * 1024), { level: 1 });
    await assert.rejects(convert(zeros), { code: 'LINE_TOO_LONG' });
    const wide = Array.from({ length: 150_000 }, (_, at) => `c${at}`).join('\t');
    await assert.rejects(convert(gzipSync(`Title\tUnits\tBegin Date\t${wide}\n`)), {
      code: 'TOO_MANY_COLUMNS',
    });
    const digits = `${TSV}x\t${'9'.repeat(900_000)}\t11/23/2026\n`;
    await assert.rejects(convert(gzipSync(digits)), { code: 'VALUE_MALFORMED' });
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grown < 512, `memory grew by ${Math.round(grown)} MB`);
  });
});
