import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type WideFile, writeWideFile } from '../../bench/conversion/wide-files.ts';

const CONVERT_ONCE = join(import.meta.dirname, '../../bench/conversion/convert-once.ts');

/** Converts such a file in a process of its own, with the memory settings of the deployed function. */
export async function peakMegabytes(directory: string, file: WideFile): Promise<number> {
  const gzip = join(directory, 'wide.gz');
  await writeWideFile(gzip, file);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [CONVERT_ONCE, 'any', gzip, join(directory, 'wide.parquet')],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '--max-semi-space-size=16' } },
  );
  assert.equal(status, 0, stderr);
  return Math.round(JSON.parse(stdout).megabytes);
}
