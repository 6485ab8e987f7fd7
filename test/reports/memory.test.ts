import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { TableBuilder } from '../../functions/reports/table/table-builder.ts';
import { peakMegabytes } from './peak-memory.ts';

const directory = mkdtempSync(join(tmpdir(), 'memory-'));
after(() => rmSync(directory, { recursive: true }));

describe('The memory of a conversion', () => {
  it('is bounded by bytes, whatever the columns and the values are', async () => {
    // Before values were bounded by bytes, this took 683 MB.
    const megabytes = await peakMegabytes(directory, { rows: 5_000, columns: 900, distinct: 1 });
    assert.ok(megabytes < 400, `${megabytes} MB`);
  });

  it('is bounded for the list of row groups as well, by refusing a file that has too many of them', () => {
    const headers = Array.from({ length: 990 }, (_, column) => `Column ${column}`);
    const row = Buffer.from(headers.join('\t'));
    const builder = new TableBuilder(
      { parquetPath: join(directory, 'groups.parquet'), columns: [] },
      headers,
    );
    const addGroup = (): void => {
      builder.beginPart(headers, 'cafe');
      builder.addLine(row, 0, row.length, 2);
    };
    // 991 columns with the hash: 252 groups are 249,732 entries.
    for (let group = 0; group < 252; group += 1) addGroup();
    addGroup();
    assert.throws(() => builder.finish(), {
      code: 'FILE_TOO_LARGE',
      message: /990 columns and more than 252 rows/,
    });
  });
});
