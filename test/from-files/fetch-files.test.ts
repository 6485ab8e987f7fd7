import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createCheckList } from '../../local/demo/check-list.ts';
import { copyLake } from '../../local/demo/report-copy.ts';
import { fetchFiles } from '../../local/from-files/fetch-files.ts';
import { findReportFiles } from '../../local/from-files/find-files.ts';
import { showFetched } from '../../local/from-files/show-fetched.ts';
import { worldOfFiles } from '../../local/from-files/world-of-files.ts';
import { sampleFinancial } from '../../local/simulator/samples/sample-finance.ts';
import { sampleSales } from '../../local/simulator/samples/sample-sales.ts';
import { startWorld } from '../../local/world/world.ts';

const directory = mkdtempSync(join(tmpdir(), 'fetch-files-'));
const lake = mkdtempSync(join(tmpdir(), 'lake-'));
after(() => {
  for (const path of [directory, lake]) rmSync(path, { recursive: true });
});

it('Files of two vendors, of several kinds and older than a year go through the deployed functions, each checked', async () => {
  const put = (name: string, text: string) => writeFileSync(join(directory, name), gzipSync(text));
  put('S_D_80012345_20261120.txt.gz', sampleSales({ vendor: '1', day: '2026-11-20' }));
  put('S_D_80099999_20261120.txt.gz', sampleSales({ vendor: '2', day: '2026-11-20' }));
  put('S_D_80012345_20240301.txt.gz', sampleSales({ vendor: '1', day: '2024-03-01' }));
  put('80012345_0326_ZZ.txt.gz', sampleFinancial({ vendor: '1', month: '2026-03' }));
  put(
    'S_D_80012345_20261119.txt.gz',
    sampleSales({ vendor: '1', day: '2026-11-19' }).replace('\tUS\t', '\tUS\tx\t'),
  );
  const { reports } = findReportFiles(directory);
  const world = await startWorld(worldOfFiles(reports));
  try {
    const said: string[] = [];
    await fetchFiles(world, reports, (line = '') => said.push(line));
    await copyLake(world.cloud, lake);
    const checks = createCheckList();
    await showFetched(world, checks, reports, lake, (line = '') => said.push(line));
    assert.match(
      said.join('\n'),
      /Not stored:\n {2}.*S_D_80012345_20261119.*\n {6}Line 2 has 29 fields, the header has 28/,
    );
    assert.deepEqual(checks.lines(), [
      '  ✗ 4 of 5 files are in the lake',
      '  ✓ SALES/SUMMARY/DAILY: tables and raw files agree to the cent, per report and currency (added up by two programs)',
    ]);
  } finally {
    await world.close();
  }
});
