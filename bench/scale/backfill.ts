import { createRequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { HOUR_MILLIS } from '../../functions/platform/util/time.ts';
import { createAnalyticsLedger } from '../../functions/reports/analytics/store/analytics-ledger.ts';
import { fetchBatch } from '../../functions/reports/fetch-batch.ts';
import { createReportLedger } from '../../functions/reports/partition/ledger.ts';
import { planReports } from '../../functions/reports/plan/plan-reports.ts';
import type { ReportMessage } from '../../functions/reports/plan/report-message.ts';
import { startTables, type Tables } from '../../local/aws/services/tables.ts';
import { type Simulator, startSimulator } from '../../local/simulator/index.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { nothingKnown } from './nothing-known.ts';
import { keyFor, silent, simulatedAccess } from './simulated-access.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** Daily series, so that each has 365 partitions. */
export const SIX_SERIES = [
  'SALES/SUMMARY/DAILY',
  'SUBSCRIPTION/SUMMARY/DAILY',
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
  'SUBSCRIBER/DETAILED/DAILY',
  'PRE_ORDER/SUMMARY/DAILY',
  'SUBSCRIPTION_OFFER_CODE_REDEMPTION/SUMMARY/DAILY',
];
const MORNING = Date.parse('2026-11-24T17:07:00Z');
const VENDOR = '85012345';
/** Batches at a time, messages in each, and what a request to Apple takes: as deployed, and as observed. */
const WORKERS = 5;
const BATCH = 5;
const REQUEST_MILLIS = 400;
const HOUR_LIMIT = 3500;
const MINUTE_LIMIT = 300;
/** One partition per series and day. */
const EXPECTED = SIX_SERIES.length * 365;

export const settingsOf = (teams: number, backfillDays: number, reports = SIX_SERIES) =>
  parseSettings({
    teams: Array.from({ length: teams }, (_, index) => ({
      name: `team-${index}`,
      keys: { reports: `team-${index}` },
      vendors: [{ number: String(Number(VENDOR) + index), reports, backfillDays }],
    })),
  });

/** A year of six series of one new vendor, at Apple's limits: what it asks, how long it takes. */
export async function measureBackfill(): Promise<Figures> {
  const time = createVirtualTime(MORNING);
  const tables = await startTables([{ name: 'Reports', sk: true }, { name: 'RateBudget' }]);
  time.duringCallsOf(tables.documents);
  const simulator = await startSimulator({
    clock: time.clock,
    hourlyLimit: HOUR_LIMIT,
    minuteLimit: MINUTE_LIMIT,
  });
  const settings = settingsOf(1, 365);
  const keys = await keyFor(simulator, { vendor: VENDOR, role: 'FINANCE' });
  // Apple answers "no sales" for what was never put: the cheapest report, and none less of a request.
  for (const report of SIX_SERIES) {
    const [reportType = '', reportSubType = ''] = report.split('/');
    const version = /^SUBSCRI(PTION|BER)(_EVENT)?$/.test(reportType) ? '1_4' : '1_0';
    const series = { vendor: VENDOR, reportType, reportSubType, frequency: 'DAILY' as const, version };
    simulator.reports.noSales({ ...series, reportDate: '2025-12-31' });
  }
  const { settled, hours, planMillis } = await playBackfill({ time, tables, simulator, settings, keys });
  const seen = simulator.requests();
  const refused = seen.filter(({ status }) => status === 429).length;
  const took = (seen.at(-1)?.at ?? MORNING) - MORNING;
  const rows = [
    ['partitions settled', `${settled} of ${EXPECTED}`],
    ['requests to Apple', seen.length],
    ['requests : settled partition', (seen.length / settled).toFixed(3)],
    ['answers 429', refused],
    ['minutes of simulated time', Math.round((took / HOUR_MILLIS) * 60)],
    ['planner runs, seconds in all', `${hours}, ${(planMillis / 1000).toFixed(1)}`],
    ['DynamoDB calls : partition', callsOf(tables, settled)],
  ];
  await simulator.close();
  tables.close();
  return {
    name: 'backfill',
    caption: 'A year of six series of one vendor',
    columns: [left(''), right('')],
    rows,
    notes: [
      `The planner and ${WORKERS} workers against the simulator at ${HOUR_LIMIT} requests per hour and ${MINUTE_LIMIT} per minute, each answered in ${REQUEST_MILLIS} ms of simulated time.`,
    ],
  };
}

type BackfillWorld = {
  time: VirtualTime;
  tables: Tables;
  simulator: Simulator;
  settings: ReturnType<typeof settingsOf>;
  keys: Awaited<ReturnType<typeof keyFor>>;
};

/** Hour by hour the planner runs, then the workers until nothing is queued. */
async function playBackfill(
  world: BackfillWorld,
): Promise<{ settled: number; hours: number; planMillis: number }> {
  const { time, tables, settings } = world;
  const queue: ReportMessage[] = [];
  const ledger = createReportLedger({ documents: tables.documents, table: 'Reports', clock: time.clock });
  const shared = {
    settings,
    ledger,
    sendEvents: async () => undefined,
    clock: time.clock,
    log: silent,
    metric: () => undefined,
  };
  const worker = createWorker(world, shared, queue);
  let planMillis = 0;
  let settled = 0;
  let hours = 0;
  for (; settled < EXPECTED && hours < 48; hours += 1) {
    time.set(MORNING + hours * HOUR_MILLIS);
    const started = performance.now();
    await planReports({
      ...shared,
      ...nothingKnown,
      queueReports: async (messages) => void queue.push(...messages.map(({ message }) => message)),
    });
    planMillis += performance.now() - started;
    // The newest first, over all series, as the planner queues each series by itself.
    queue.sort((one, other) => (one.reportDate < other.reportDate ? 1 : -1));
    await time.run(Array.from({ length: WORKERS }, () => worker));
    settled = await countSettled(ledger, settings);
  }
  return { settled, hours, planMillis };
}

type Shared = Pick<
  Parameters<typeof fetchBatch>[0],
  'settings' | 'ledger' | 'sendEvents' | 'clock' | 'log' | 'metric'
>;

/** One of the fetch function's executions: takes batches until the queue is empty. */
const createWorker =
  ({ time, tables, simulator, keys }: BackfillWorld, shared: Shared, queue: ReportMessage[]) =>
  async (): Promise<void> => {
    const quota = createRequestQuota({ documents: tables.documents, table: 'RateBudget', clock: time.clock });
    for (;;) {
      const batch = queue.splice(0, BATCH);
      if (batch.length === 0) return;
      const deadline = time.clock.now() + 300_000;
      const records = batch.map((message, index) => ({ id: String(index), body: JSON.stringify(message) }));
      const deps = {
        ...shared,
        ...simulatedAccess(time, simulator, { keys, quota, requestMillis: REQUEST_MILLIS }),
        ...nothingKnown,
        lake: noLake,
        analytics: createAnalyticsLedger({
          documents: tables.documents,
          table: 'Reports',
          clock: time.clock,
          ledger: shared.ledger,
        }),
        convert: async () => ({ rows: 0, unknownColumns: [], remarks: [] }),
        columns: { note: async () => undefined },
      };
      const failed = await fetchBatch(deps, records, () => deadline - time.clock.now());
      if (failed.length > 0) queue.push(...batch.filter((_, index) => failed.includes(String(index))));
    }
  };

const noLake = {
  getRaw: () => Promise.reject(new Error('No table is made anew')),
  putRaw: async () => undefined,
  tableState: async () => ({ etag: undefined, reportSha256: undefined }),
  replaceTable: async () => true,
};

export function callsOf({ calls }: Tables, partitions: number): string {
  return [...calls]
    .sort()
    .map(([name, count]) => `${name} ${(count / partitions).toFixed(2)}`)
    .join(', ');
}

async function countSettled(
  ledger: ReturnType<typeof createReportLedger>,
  settings: ReturnType<typeof settingsOf>,
): Promise<number> {
  let settled = 0;
  for (const team of settings.teams) {
    for (const { number, reports } of team.vendors) {
      for (const report of reports) {
        const items = await ledger.list({ team: team.name, vendor: number, report }, '0', '9');
        settled += items.filter(({ settledAs }) => settledAs !== undefined).length;
      }
    }
  }
  return settled;
}
