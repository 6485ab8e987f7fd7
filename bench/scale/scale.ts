import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import Table from 'cli-table3';
import * as z from 'zod';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { expectedDates, reportDatesBetween } from '../../functions/reports/catalogue/calendar.ts';
import { CATALOGUE } from '../../functions/reports/catalogue/catalogue.ts';
import { PLAN_TIMEOUT } from '../../infra/reports/reports.ts';
import { AWS_PRICES } from '../cost/aws-prices.ts';
import { printMorning } from '../morning/morning.ts';
import { MORNING, planOnce } from './plan-once.ts';

const DAY = 86_400_000;
const HOURS = 730;
const DAILY = CATALOGUE.filter(({ name }) => name.endsWith('/DAILY')).map(({ name }) => name);
const RECHECKED_DAYS = 30;
/** A run, how many of the newest dates the ledger lacks, and what ran before. */
const RUNS: readonly [name: string, missing: number, after: After][] = [
  ['first after an upgrade', 0, 'nothing'],
  ['morning', 1, 'yesterday'],
  ['settled', 0, 'an hour ago'],
];
/** The share of a processor that a function of 512 MB has. Source: Lambda's "Configure memory": 1,769 MB is one. */
const SHARE_OF_CPU = 512 / 1769;
const NEW_TEAMS = 10;
const NEW_DAYS = 30;
/** As once measured, for a simulation without a measurement. */
const USUAL_PLANNER = {
  millisASeries: 4.9,
  millisACall: 0.48,
  unitsASeries: 28,
  measuredIn: 'docs/benchmarks.md',
};

/**
 * The planner with a year of days behind every series: the real one, the real ledger and the real SDK, before tables
 * that cost no time. Says what it takes of processor, DynamoDB and queue, and which limit is met first.
 */
export async function measureScale(
  teamCounts: readonly number[],
  series: number,
  days: number,
): Promise<void> {
  const table = new Table({
    head: [
      ...['teams', 'series', 'run', 'seconds', 'queries', 'read units : series', 'writes', 'messages'],
      ...['ms : series', 's at 512 MB', 'MB'],
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'right', 'left', ...Array.from({ length: 8 }, () => 'right' as const)],
  });
  let quiet = { seconds: 0, series: 1, units: 0 };
  let busy = quiet;
  for (const teams of teamCounts) {
    for (const [run, missing, after] of RUNS) {
      const measured = await measureRun(teams, series, days, missing, after);
      const { seconds, queries, units, writes, messages, planned, megabytes } = measured;
      const deployed = seconds / SHARE_OF_CPU;
      table.push([
        teams,
        planned,
        run,
        seconds.toFixed(1),
        queries,
        (units / planned).toFixed(2),
        writes,
        messages,
        ((seconds * 1000) / planned).toFixed(2),
        deployed.toFixed(0),
        megabytes,
      ]);
      if (run === 'settled') quiet = { seconds, series: planned, units };
      if (run === 'morning') busy = { seconds, series: planned, units };
    }
  }
  console.log(table.toString());
  console.log(limits(busy, quiet).join('\n'));
  const planner = {
    millisASeries: (quiet.seconds * 1000) / quiet.series,
    millisACall: await measureCall(series),
    unitsASeries: quiet.units / quiet.series,
    measuredIn: 'this run',
  };
  await printMorning(settingsWith(Math.max(...teamCounts), series, days), series, planner);
}

/** What a write takes of the planner: a month of which nothing is known, written down and queued. */
async function measureCall(series: number): Promise<number> {
  const { seconds, writes } = await measureRun(NEW_TEAMS, series, NEW_DAYS, NEW_DAYS, 'nothing');
  return (seconds * 1000) / writes;
}

/** The morning alone, with what was once measured of the planner (docs/benchmarks.md). */
export const playMorning = (teams: number, series: number): Promise<void> =>
  printMorning(settingsWith(teams, series, 365), series, USUAL_PLANNER);

type Run = { seconds: number; series: number; units: number };

function limits(busy: Run, quiet: Run): string[] {
  const deployedMillis = (busy.seconds * 1000) / busy.series / SHARE_OF_CPU;
  const most = Math.floor((PLAN_TIMEOUT.toMilliseconds() * 0.9) / deployedMillis);
  const dollars = (quiet.units * HOURS * AWS_PRICES.items.tableReads.price) / AWS_PRICES.items.tableReads.per;
  return [
    `First limit: the planner's ${PLAN_TIMEOUT.toSeconds()} s at 512 MB, met by a morning on which ${most} series come due at once.`,
    'The way past it: more memory, as Lambda gives processor by memory (1,769 MB: one), or a planner per part of the teams.',
    `Reads of ${quiet.series} settled series, every hour of a month: ${Math.round(quiet.units * HOURS)} units, ${dollars.toFixed(2)} USD.`,
  ];
}

/** Teams of so many daily series each, with as many vendors as that takes. */
const settingsWith = (teams: number, series: number, days: number) =>
  parseSettings({
    teams: Array.from({ length: teams }, (_, team) => ({
      name: `team-${team}`,
      keys: { reports: `team-${team}` },
      vendors: Array.from({ length: Math.ceil(series / DAILY.length) }, (_, vendor) => ({
        number: String(80_000_000 + 100 * team + vendor),
        reports: DAILY.slice(0, series - vendor * DAILY.length),
        backfillDays: days,
      })),
    })),
  });

/** What a run is measured after: nothing known yet; the run of an hour ago; the runs of yesterday. */
type After = 'nothing' | 'an hour ago' | 'yesterday';

async function measureRun(teams: number, series: number, days: number, missing: number, after: After) {
  const settings = settingsWith(teams, series, days);
  const items = yearOf(days, missing).map((item) => marshall(item));
  const worker = new Worker(join(import.meta.dirname, 'scale-tables.ts'), { workerData: { items } });
  const { port } = z.object({ port: z.number() }).parse((await once(worker, 'message'))[0]);
  const counts = async () => {
    worker.postMessage('counts');
    return z
      .object({ queries: z.number(), writes: z.number(), units: z.number() })
      .parse((await once(worker, 'message'))[0]);
  };
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const documents = DynamoDBDocumentClient.from(client);
  const before = { nothing: undefined, 'an hour ago': MORNING - DAY / 24, yesterday: MORNING - DAY / 2 }[
    after
  ];
  if (before !== undefined) await planOnce(settings, documents, before);
  await counts();
  const { series: planned, messages, millis } = await planOnce(settings, documents);
  const counted = await counts();
  client.destroy();
  await worker.terminate();
  return {
    seconds: millis / 1000,
    messages,
    planned,
    megabytes: Math.round(process.memoryUsage.rss() / 2 ** 20),
    ...counted,
  };
}

/** The items of a daily series, all stored, but for the newest days that are still missing. */
function yearOf(days: number, missing: number): Record<string, unknown>[] {
  const daily = CATALOGUE.find(({ name }) => name === 'SALES/SUMMARY/DAILY');
  if (daily === undefined) throw new Error('no daily sales in the catalogue');
  // Somewhat older than the run looks back, as the run of yesterday looked back to a day before.
  const oldest = new Date(MORNING - (days + 5) * DAY).toISOString().slice(0, 10);
  const newest = expectedDates(daily, 1, MORNING)[0] ?? '';
  const dates = reportDatesBetween(daily, oldest, newest).toSorted();
  return dates.slice(0, dates.length - missing).map((date) => {
    const storedAt = Date.parse(`${date}T17:07:00Z`) + DAY;
    return {
      pk: 'report#team-0#85012345#SALES/SUMMARY/DAILY',
      sk: date,
      state: 'stored',
      expectedAt: storedAt - 60_000,
      fence: 4,
      tries: 0,
      settledAt: storedAt,
      storedAt,
      ...(MORNING - storedAt < RECHECKED_DAYS * DAY && { recheckAt: storedAt + 31 * DAY }),
      sha256: 'a'.repeat(64),
      bytes: 73_215,
      rows: 1_482,
      rawKey: `raw/team-0/85012345/SALES/SUMMARY/DAILY/${date}/${'a'.repeat(64)}.txt.gz`,
      tableKey: `lake/sales_summary_daily/team=team-0/vendor=85012345/report_date=${date}/part.parquet`,
    };
  });
}
