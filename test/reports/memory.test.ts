import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { peakMegabytes } from './peak-memory.ts';

const directory = mkdtempSync(join(tmpdir(), 'memory-'));
after(() => rmSync(directory, { recursive: true }));

describe('The memory of a conversion', () => {
  it('is bounded by bytes, whatever the columns and the values are', async () => {
    // Before values were bounded by bytes, this took 683 MB.
    const megabytes = await peakMegabytes(directory, { rows: 5_000, columns: 900, distinct: 1 });
    assert.ok(megabytes < 400, `${megabytes} MB`);
  });
});
