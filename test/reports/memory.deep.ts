import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { WIDE_FILES } from '../../bench/conversion/wide-files.ts';
import { peakMegabytes } from './peak-memory.ts';

const directory = mkdtempSync(join(tmpdir(), 'memory-'));
after(() => rmSync(directory, { recursive: true }));

describe('The memory of a conversion is half of the function’s at most', () => {
  for (const file of WIDE_FILES) {
    it(`for ${file.rows} rows of ${file.columns} columns, ${file.distinct * 100} % of the values different`, async () => {
      const megabytes = await peakMegabytes(directory, file);
      assert.ok(megabytes < 512, `${megabytes} MB`);
    });
  }
});
