import { existsSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { script } from '../tools/script/script.ts';
import { playEffect } from './demo/answers/effect-play.ts';
import { askFiveQuestions } from './demo/answers/five-questions.ts';
import { createCheckList } from './demo/check-list.ts';
import { playKeyCheck } from './demo/key-check.ts';
import { openLake } from './demo/lake-query.ts';
import { readLedger } from './demo/ledger-view.ts';
import { MORNING, MORNING_SETTINGS, playMorning, stockSales } from './demo/morning.ts';
import { playOtherReports, stockOtherReports } from './demo/other-reports.ts';
import { renderPartitions, renderRows } from './demo/partition-table.ts';
import { playPriceDay } from './demo/price-day.ts';
import { playCampaign, type Sale, showWayBack } from './demo/prices/campaign-play.ts';
import { playTaxMorning } from './demo/prices/tax-morning.ts';
import { copyLake, LAKE_COPY } from './demo/report-copy.ts';
import { keepStatus, statusOf } from './demo/status-snapshot.ts';
import { differencesFromRaw } from './demo/sums-check.ts';
import { fetchFiles } from './from-files/fetch-files.ts';
import { findReportFiles, type ReportFile } from './from-files/find-files.ts';
import { showFetched } from './from-files/show-fetched.ts';
import { renderFound, renderLeftOut } from './from-files/summary.ts';
import { worldOfFiles } from './from-files/world-of-files.ts';
import { startWorld, type World, type WorldOptions } from './world/world.ts';

/** Read by `npm run permissions`. */
const USED_PERMISSIONS = '.local/permissions-used.json';

const say = (line = ''): void => console.log(line);

const command = script('npm start', 'Two simulated mornings, price changes, keys, five questions.').option(
  '--from-files <dir>',
  'instead: your own report files of every kind, through the same path',
);

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
  const { fromFiles: directory } = command.parse().opts<{ fromFiles?: string }>();
  if (directory === undefined) return run({ now: MORNING, settings: MORNING_SETTINGS }, undefined);
  if (!existsSync(directory)) return command.error(`There is no directory ${directory}`);
  const found = findReportFiles(directory);
  if (found.reports.length > 0) say(`Found in ${directory}:\n${renderFound(found)}\n`);
  if (found.leftOut.length > 0) say(`Left out:\n${renderLeftOut(found)}\n`);
  if (found.reports.length === 0)
    return command.error(`${directory} holds no report file that this version knows`);
  return run(worldOfFiles(found.reports), found.reports);
}

/** Starts the world, plays it, and shows what came of it. Exit code 0 only if every claim held. */
async function run(options: WorldOptions, files: readonly ReportFile[] | undefined): Promise<number> {
  say('Starting an App Store Connect simulator and the deployed app on embedded AWS services …');
  const world = await startWorld(options);
  try {
    const checks = createCheckList();
    say(
      `Apple is at ${world.simulator.origin}, AWS at ${world.cloud.clientConfig.endpoint}. Times are Californian.\n`,
    );
    if (files === undefined) {
      stockSales(world);
      stockOtherReports(world);
      await playMorning(world, checks, say);
      await playOtherReports(world, checks, say);
    } else {
      await fetchFiles(world, files, say);
    }
    await show(world, checks, files);
    if (files === undefined) await playPriceDay(world, checks, say);
    let sale: Sale | undefined;
    if (files === undefined) {
      await playEffect(world, checks, say);
      sale = await playCampaign(world, checks, say);
      for (const job of ['FetchExchangeRates', 'CheckKeys']) await world.cloud.invoke(job, {});
      await copyLake(world.cloud, LAKE_COPY);
    }
    // The check of the keys lets days pass and leaves a key dead; the page shows the world before it.
    await keepStatus(await statusOf(world, LAKE_COPY));
    if (files === undefined) await playKeyCheck(world, checks, say);
    if (sale !== undefined) {
      await showWayBack(world, sale, checks, say);
      await playTaxMorning(world, checks, say);
    }
    if (files === undefined) await askFiveQuestions(LAKE_COPY, checks, say);
    claimPermissions(world, checks);
    const failed = checks.failed();
    say('\nWhat this run claims:');
    for (const line of checks.lines()) say(line);
    const seconds = Math.round(performance.now() / 1000);
    say(`\n${failed === 0 ? 'All of it held.' : `${failed} of it did not hold.`} The run took ${seconds} s.`);
    say(
      `\nReports, prices and keys as a page${files === undefined ? ', as they stood before the key check' : ''}: npm run status`,
    );
    return failed === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
}

/** IAM has judged every call; what was used is kept for `npm run permissions`. */
function claimPermissions(world: World, checks: ReturnType<typeof createCheckList>): void {
  const { judged, decisions, millis, denied, used } = world.cloud.authorization();
  const [first] = denied;
  checks.check(
    `IAM judged ${judged} calls of the functions by their own policies, and denied none`,
    judged > 0 && first === undefined,
    first?.message,
  );
  say(
    `\nA simulator of IAM judged every call of the functions: ${decisions} different questions, the others were repeats; ${(millis / judged).toFixed(2)} ms per call.`,
  );
  writeFileSync(USED_PERMISSIONS, JSON.stringify(used, null, 1));
}

async function show(
  world: World,
  checks: ReturnType<typeof createCheckList>,
  files: readonly ReportFile[] | undefined,
): Promise<void> {
  const { cloud, simulator } = world;
  const keys = await copyLake(cloud, LAKE_COPY);
  if (files === undefined) await showMorning(world, checks);
  else await showFetched(world, checks, files, LAKE_COPY, say);
  const seen = simulator.requests();
  const refused = seen.filter(({ tokenAccepted }) => !tokenAccepted).length;
  const raw = keys.filter((key) => key.startsWith('raw/')).length;
  const place = relative(process.cwd(), LAKE_COPY) || '.';
  say(`\n${seen.length} requests to Apple, each with a token scoped to it; ${refused} tokens refused.`);
  say(`${raw} raw files and ${keys.length - raw} tables lie in ${place}/raw and ${place}/tables.`);
  checks.check(
    'Apple accepted every token, and each one for reading allowed exactly its one request',
    refused === 0 && seen.filter(({ method }) => method === 'GET').every(isScoped),
  );
}

async function showMorning({ cloud }: World, checks: ReturnType<typeof createCheckList>): Promise<void> {
  const items = (await readLedger(cloud)).filter(({ pk }) => pk.endsWith('/SALES/SUMMARY/DAILY'));
  if (items.some(({ state }) => state === 'stored')) {
    const lake = await openLake(LAKE_COPY);
    const sums = await lake.salesByPartition();
    say(`\n${renderPartitions(items, sums)}\n`);
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
