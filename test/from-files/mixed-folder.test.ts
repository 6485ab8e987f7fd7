import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createCheckList } from '../../local/demo/check-list.ts';
import { readLedger } from '../../local/demo/ledger-view.ts';
import { copyLake } from '../../local/demo/report-copy.ts';
import type { ExampleFile } from '../../local/from-files/example/example-files.ts';
import { writeExample } from '../../local/from-files/example/write-example.ts';
import { fetchFiles } from '../../local/from-files/fetch-files.ts';
import { type FoundFiles, findReportFiles } from '../../local/from-files/find-files.ts';
import { morningsOf } from '../../local/from-files/mornings.ts';
import { showFetched } from '../../local/from-files/show-fetched.ts';
import { renderFound, renderLeftOut } from '../../local/from-files/summary.ts';
import { worldOfFiles } from '../../local/from-files/world-of-files.ts';
import { startWorld, type World } from '../../local/world/world.ts';

// What `npm start -- --from-files DIR` does, on the folder that `npm run example:files -- DIR` writes.

const root = mkdtempSync(join(tmpdir(), 'mixed-folder-'));
after(() => rmSync(root, { recursive: true }));

describe('A folder with reports of every kind', () => {
  const directory = join(root, 'few');
  const lake = join(root, 'lake');
  const said: string[] = [];
  const checks = createCheckList();
  let files: ExampleFile[];
  let found: FoundFiles;
  let world: World;
  before(async () => {
    files = writeExample(directory, 4);
    found = findReportFiles(directory);
    world = await startWorld(worldOfFiles(found.reports));
    await fetchFiles(world, found.reports, (line = '') => said.push(line));
    await copyLake(world.cloud, lake);
    await showFetched(world, checks, found.reports, lake, (line = '') => said.push(line));
  });
  after(() => world.close());

  it('is summed up by kind, with dates and owners', () => {
    const lines = renderFound(found).split('\n');
    const line = (report: string) => lines.find((one) => one.includes(`│ ${report} `)) ?? '';
    for (const report of [
      'ANALYTICS/COMMERCE/App Downloads Standard/DAILY',
      'FINANCE_DETAIL/Z1',
      'FINANCIAL/US',
      'FINANCIAL/ZZ',
      'PRE_ORDER/SUMMARY/DAILY',
      'SALES/SUMMARY/WEEKLY',
      'SALES/SUMMARY/MONTHLY',
      'SALES/SUMMARY/YEARLY',
      'SUBSCRIBER/DETAILED/DAILY',
      'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
      'SUBSCRIPTION/SUMMARY/DAILY',
    ])
      assert.match(line(report), /│\s+1 │ /, report);
    assert.match(line('SALES/SUMMARY/DAILY'), /│\s+12 │ 2024-03-01 │ 2026-11-20 │ 80000001, .* more/);
  });

  it('says what was left out, by reason, each with what to do', () => {
    const reasons = renderLeftOut(found)
      .split('\n')
      .flatMap((line) => line.match(/^ {2}\d+ × .*/) ?? [])
      .sort();
    assert.deepEqual(reasons, [
      '  1 × a copy of another file',
      '  1 × it is empty',
      '  1 × it is neither UTF-8 nor UTF-16 text',
      '  1 × its gzip is cut short or damaged',
      '  1 × its name says 2026-11-22, its rows are of 2026-11-15',
      '  1 × its rows are of 2026-11-13 to 2026-11-15: no day, week (Monday to Sunday), month or year',
      '  1 × the same report, vendor and date as another file, with other rows',
      '  2 × its first line is not the header of a report that this version knows',
    ]);
    assert.equal(renderLeftOut(found).match(/^ {6}to do: ./gm)?.length, reasons.length);
  });

  it('is stored whole: each report under its vendor or app and its date', async () => {
    const stored = (await readLedger(world.cloud))
      .filter(({ state }) => state === 'stored')
      .map(({ pk, sk }) => `${pk.replace(/^files\//, '')} ${sk}`);
    const wanted = files.flatMap((file) => file.stored ?? []);
    assert.deepEqual(
      wanted.filter((report) => !stored.includes(report)),
      [],
    );
    // The archive holds two.
    assert.equal(stored.length, wanted.length + 1);
  });

  it('agrees with its files to the cent, also where two vendors have files of the same bytes', () => {
    const claims = checks.lines();
    assert.equal(checks.failed(), 0, claims.join('\n'));
    for (const period of ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'])
      assert.ok(claims.some((line) => line.startsWith(`  ✓ SALES/SUMMARY/${period}: tables and raw files`)));
  });

  it('says on how many mornings it was served, as some files are older than Apple keeps them', () => {
    assert.match(said.join('\n'), /the files are served on 2 simulated mornings/);
  });
});

it('A folder with exactly 365 daily files is served on one morning more than its old files need', () => {
  const directory = join(root, 'year');
  writeExample(directory, 365);
  const { reports } = findReportFiles(directory);
  assert.equal(reports.filter(({ path }) => path.includes('daily')).length, 365);
  assert.equal(morningsOf(reports).length, 2);
});
