import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { DAY_MILLIS, MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import { expectedDates, reportDatesBetween } from '../../functions/reports/catalogue/calendar.ts';
import { CATALOGUE } from '../../functions/reports/catalogue/catalogue.ts';
import { PLAN_TIMEOUT } from '../../infra/reports/reports.ts';
import { ASSUMED } from '../morning/assumptions.ts';
import type { PlanChildArgument } from './plan-child.ts';
import { MORNING } from './plan-once.ts';

const RECHECKED_DAYS = 30;
/** The share of a processor that a function of 512 MB has. Source: Lambda's "Configure memory": 1,769 MB is one. */
export const SHARE_OF_CPU = 512 / 1769;
/** How often the processor is given or taken. */
const SLICE_MILLIS = 10;

export type PlanRun = {
  name: string;
  /** How many of the newest dates the ledger lacks. */
  missing: number;
  /** For how many settled dates of each series another look is due. */
  looks: number;
  /** What ran before: nothing; the run of an hour ago; the runs of yesterday. */
  after: 'nothing' | 'an hour ago' | 'yesterday';
  what?: PlanChildArgument['what'];
};

const childResult = z.object({
  series: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  megabytes: z.number(),
});
const counts = z.object({
  queries: z.number(),
  gets: z.number(),
  writes: z.number(),
  units: z.number(),
  messages: z.number(),
  sends: z.number(),
});

/** One run of the planner, as it is deployed. What ran before it has the processor that there is. */
export async function measurePlanRun(
  size: Pick<PlanChildArgument, 'teams' | 'series' | 'days'>,
  { missing, looks, after, what = 'everything' }: PlanRun,
): Promise<z.output<typeof childResult> & z.output<typeof counts>> {
  const items = yearOf(size.days, missing, looks).map((item) => marshall(item));
  const workerData = { items, answerMillis: ASSUMED.awsCallMillis };
  const worker = new Worker(join(import.meta.dirname, 'scale-tables.ts'), { workerData });
  const { port } = z.object({ port: z.number() }).parse((await once(worker, 'message'))[0]);
  const counted = async () => {
    worker.postMessage('counts');
    return counts.parse((await once(worker, 'message'))[0]);
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const before = {
    nothing: undefined,
    'an hour ago': MORNING - DAY_MILLIS / 24,
    yesterday: MORNING - DAY_MILLIS / 2,
  }[after];
  if (before !== undefined)
    await play(endpoint, { ...size, now: before, timeoutMillis: DAY_MILLIS, what: 'everything' }, 1);
  await counted();
  const timeoutMillis = PLAN_TIMEOUT.toMilliseconds();
  const result = await play(endpoint, { ...size, now: MORNING, timeoutMillis, what }, SHARE_OF_CPU);
  const called = await counted();
  await worker.terminate();
  return { ...result, ...called };
}

/** Runs the planner in a process that has a share of a processor: it is stopped while it has had more. */
async function play(endpoint: string, argument: PlanChildArgument, share: number) {
  const child = fork(join(import.meta.dirname, 'plan-child.ts'), [JSON.stringify(argument)], {
    execArgv: ['--max-old-space-size=400'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    },
  });
  const result = once(child, 'message');
  const exited = once(child, 'exit');
  if (share < 1) void giveShare(child, share);
  const ended = await Promise.race([result, exited.then(() => undefined)]);
  child.kill('SIGCONT');
  if (ended === undefined) throw new Error('The planner ended without a result');
  await exited;
  return childResult.parse(ended[0]);
}

async function giveShare(child: ChildProcess, share: number): Promise<void> {
  const started = performance.now();
  while (child.exitCode === null && child.signalCode === null) {
    const used = await cpuMillis(child.pid ?? 0);
    child.kill(used <= (performance.now() - started) * share ? 'SIGCONT' : 'SIGSTOP');
    await wait(SLICE_MILLIS);
  }
}

/** Processor time of a process so far. Linux: fields 14 and 15 of /proc/<pid>/stat, in hundredths of a second. */
async function cpuMillis(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

/** The items of a daily series, all stored, but for the newest days that are still missing. */
function yearOf(days: number, missing: number, looks: number): Record<string, unknown>[] {
  const daily = CATALOGUE.find(({ name }) => name === 'SALES/SUMMARY/DAILY');
  if (daily === undefined) throw new Error('no daily sales in the catalogue');
  // Somewhat older than the run looks back, as the run of yesterday looked back to a day before.
  const oldest = new Date(MORNING - (days + 5) * DAY_MILLIS).toISOString().slice(0, 10);
  const newest = expectedDates(daily, 1, MORNING)[0] ?? '';
  const dates = reportDatesBetween(daily, oldest, newest).toSorted();
  const known = dates.slice(0, dates.length - missing);
  return known.map((date, index) => {
    const storedAt = Date.parse(`${date}T17:07:00Z`) + DAY_MILLIS;
    const later = storedAt + 31 * DAY_MILLIS;
    const recheckAt = known.length - index <= looks ? MORNING - DAY_MILLIS / 12 : later;
    return {
      pk: 'report#team-0#85012345#SALES/SUMMARY/DAILY',
      sk: date,
      state: 'stored',
      settledAs: 'stored',
      expectedAt: storedAt - MINUTE_MILLIS,
      fence: 4,
      tries: 0,
      settledAt: storedAt,
      storedAt,
      ...(MORNING - storedAt < RECHECKED_DAYS * DAY_MILLIS && { recheckAt }),
      sha256: 'a'.repeat(64),
      bytes: 73_215,
      rows: 1_482,
      rawKey: `raw/team-0/85012345/SALES/SUMMARY/DAILY/${date}/${'a'.repeat(64)}.txt.gz`,
      tableKey: `lake/sales_summary_daily/team=team-0/vendor=85012345/report_date=${date}/part.parquet`,
    };
  });
}
