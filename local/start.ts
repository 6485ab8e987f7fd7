import { existsSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { createCheckList } from './demo/check-list.ts';
import { findReportFiles, type ReportFile, worldOfFiles } from './demo/from-files.ts';
import { playKeyCheck } from './demo/key-check.ts';
import { openLake } from './demo/lake-query.ts';
import { readLedger } from './demo/ledger-view.ts';
import { at, MORNING, MORNING_SETTINGS, playMorning, stockShelf } from './demo/morning.ts';
import { playOtherReports, stockOtherReports } from './demo/other-reports.ts';
import { renderPartitions, renderRows } from './demo/partition-table.ts';
import { playPriceDay } from './demo/price-day.ts';
import { copyLake, LAKE_COPY } from './demo/report-copy.ts';
import { keepStatus, statusOf } from './demo/status-snapshot.ts';
import { differencesFromRaw } from './demo/sums-check.ts';
import { startWorld, type World } from './world.ts';

/** Read by `npm run permissions`. */
const USED_PERMISSIONS = '.local/permissions-used.json';

const say = (line = ''): void => console.log(line);

const USAGE = `Usage: npm start                           two simulated mornings of one team
       npm start -- --from-files DIR       your own daily Summary Sales files, through the same path`;

const QUERY = `SELECT currency_of_proceeds AS currency, title AS "best seller", sum(units)::INTEGER AS units,
       sum(units * developer_proceeds)::DECIMAL(18,2) AS proceeds
FROM sales GROUP BY 1, 2 HAVING proceeds > 0
QUALIFY row_number() OVER (PARTITION BY currency ORDER BY proceeds DESC) = 1 ORDER BY currency`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const directory = readDirectory();
  if (directory === undefined) return run({ now: MORNING, settings: MORNING_SETTINGS }, undefined);
  if (!existsSync(directory)) return refuse(`There is no directory ${directory}`);
  const { reports, skipped } = findReportFiles(directory);
  for (const { path, reason } of skipped) say(`left out  ${path}: ${reason}`);
  if (reports.length === 0)
    return refuse(`${directory} holds no daily Summary Sales report (.txt.gz, .gz, .txt, .tsv)`);
  return run(worldOfFiles(reports), reports);
}

function readDirectory(): string | undefined {
  try {
    return parseArgs({ options: { 'from-files': { type: 'string' } } }).values['from-files'];
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

function refuse(reason: string): number {
  console.error(`${reason}\n\n${USAGE}`);
  return 2;
}

/** Starts the world, plays it, and shows what came of it. Exit code 0 only if every claim held. */
async function run(
  options: { now: number; settings: unknown },
  files: readonly ReportFile[] | undefined,
): Promise<number> {
  say('Starting an App Store Connect simulator and the deployed app on embedded AWS services …');
  const world = await startWorld(options);
  try {
    const checks = createCheckList();
    say(
      `Apple is at ${world.simulator.origin}, AWS at ${world.cloud.clientConfig.endpoint}. Times are Californian.\n`,
    );
    if (files === undefined) {
      stockShelf(world);
      stockOtherReports(world);
      await playMorning(world, checks, say);
      await playOtherReports(world, checks, say);
    } else {
      await ingest(world, files);
    }
    await show(world, checks, files);
    if (files === undefined) await playPriceDay(world, checks, say);
    // The check of the keys lets days pass on which no report is planned; the page shows the keys after it only.
    const before = await statusOf(world, LAKE_COPY);
    if (files === undefined) await playKeyCheck(world, checks, say);
    const { asOf, keys } = await statusOf(world, LAKE_COPY);
    await keepStatus({ ...before, asOf, keys });
    claimPermissions(world, checks);
    const failed = checks.failed();
    say('\nWhat this run claims:');
    for (const line of checks.lines()) say(line);
    say(failed === 0 ? '\nAll of it held.' : `\n${failed} of it did not hold.`);
    say('\nReports, prices and keys of this run as a page: npm run status');
    return failed === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
}

/** IAM has judged every call; what was used is kept for `npm run permissions`. */
function claimPermissions(world: World, checks: ReturnType<typeof createCheckList>): void {
  const { judged, denied, used } = world.cloud.authorization();
  const [first] = denied;
  checks.check(
    `IAM judged ${judged} calls of the functions by their own policies, and denied none`,
    judged > 0 && first === undefined,
    first?.message,
  );
  writeFileSync(USED_PERMISSIONS, JSON.stringify(used, null, 1));
}

async function ingest(world: World, files: readonly ReportFile[]): Promise<void> {
  for (const { vendor, reportDate, gzip } of files) {
    world.simulator.reports.putGzip({
      vendor,
      reportType: 'SALES',
      reportSubType: 'SUMMARY',
      frequency: 'DAILY',
      version: '1_0',
      reportDate,
      gzip,
    });
  }
  say(`${at(world)}  the planner runs; the simulator serves your ${files.length} files`);
  await world.cloud.invoke('PlanReports');
  await world.cloud.drain();
}

async function show(
  world: World,
  checks: ReturnType<typeof createCheckList>,
  files: readonly ReportFile[] | undefined,
): Promise<void> {
  const { cloud, simulator } = world;
  const items = (await readLedger(cloud)).filter(({ pk }) => pk.endsWith('/SALES/SUMMARY/DAILY'));
  const keys = await copyLake(cloud, LAKE_COPY);
  const stored = items.filter(({ state }) => state === 'stored');
  if (stored.length > 0) {
    const lake = await openLake(LAKE_COPY);
    const sums = await lake.salesByPartition();
    say(
      `\n${renderPartitions(files === undefined ? items : items.filter(({ state }) => state !== 'empty'), sums)}\n`,
    );
    say('The best seller in each currency, read back from the Parquet files by DuckDB:');
    say(renderRows(await lake.rows(QUERY)));
    const differences = differencesFromRaw(LAKE_COPY, items, sums);
    checks.check(
      'tables and raw files agree to the cent, per day and currency (added up by two programs)',
      differences.length === 0,
      differences.slice(0, 3).join('; '),
    );
  } else {
    say(`\n${renderPartitions(items, [])}`);
  }
  if (files !== undefined) checkFiles(checks, items, files);
  const seen = simulator.requests();
  const refused = seen.filter(({ tokenAccepted }) => !tokenAccepted).length;
  const raw = keys.filter((key) => key.startsWith('raw/')).length;
  const place = relative(process.cwd(), LAKE_COPY) || '.';
  say(`\n${seen.length} requests to Apple, each with a token scoped to it; ${refused} tokens refused.`);
  say(`${raw} raw files and ${keys.length - raw} tables lie in ${place}/raw and ${place}/tables.`);
  checks.check(
    'Apple accepted every token, and each allowed exactly its one request',
    refused === 0 && seen.every(isScoped),
  );
}

function checkFiles(
  checks: ReturnType<typeof createCheckList>,
  items: Awaited<ReturnType<typeof readLedger>>,
  files: readonly ReportFile[],
): void {
  for (const { path, vendor, reportDate } of files) {
    const item = items.find(({ pk, sk }) => pk.includes(`/${vendor}/`) && sk === reportDate);
    if (item?.state === 'stored') continue;
    checks.check(
      `${path} is in the lake`,
      false,
      item?.lastAnswer ?? 'older than the 365 days that Apple keeps a daily report',
    );
  }
  const stored = items.filter(({ state }) => state === 'stored').length;
  checks.check(`${stored} of ${files.length} files are in the lake`, stored === files.length);
}

function isScoped({ tokenClaims }: ReturnType<World['simulator']['requests']>[number]): boolean {
  return (
    typeof tokenClaims === 'object' &&
    tokenClaims !== null &&
    'scope' in tokenClaims &&
    Array.isArray(tokenClaims.scope) &&
    tokenClaims.scope.length === 1
  );
}
