import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import Table from 'cli-table3';
import { parseKeySecret } from '../functions/app-store-connect/key-secret.ts';
import { createRateBudget } from '../functions/app-store-connect/rate-budget.ts';
import { parseSettings } from '../functions/platform/settings.ts';
import { createAnalyticsLedger } from '../functions/reports/analytics/analytics-ledger.ts';
import { fetchBatch } from '../functions/reports/fetch-batch.ts';
import { createReportLedger } from '../functions/reports/ledger.ts';
import { planReports } from '../functions/reports/plan-reports.ts';
import type { ReportMessage } from '../functions/reports/report-message.ts';
import { startTables, type Tables } from '../local/aws/tables.ts';
import { type Role, startSimulator } from '../local/simulator/index.ts';

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
const HOUR = 3_600_000;
const VENDOR = '85012345';
/** Batches at a time, messages in each, and what a request to Apple takes: as deployed, and as observed. */
const WORKERS = 5;
const BATCH = 5;
const REQUEST_MILLIS = 400;

/** No key is refused here. */
export const openGate = {
  enter: async () => ({ admitted: true, retried: false }) as const,
  shut: async () => undefined,
  open: async () => undefined,
};

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const settingsOf = (teams: number, backfillDays: number, reports = SIX_SERIES) =>
  parseSettings({
    teams: Array.from({ length: teams }, (_, index) => ({
      name: `team-${index}`,
      keys: { reports: `team-${index}` },
      vendors: [{ number: String(Number(VENDOR) + index), reports, backfillDays }],
    })),
  });

/** A clock that only moves when all who work at the moment wait for it: hours pass in seconds, in true order. */
export function createVirtualTime(start: number) {
  let now = start;
  const waiting: { at: number; wake: () => void }[] = [];
  let working = 0;
  const sleep = (millis: number): Promise<void> => {
    working -= 1;
    return new Promise((resolve) => {
      waiting.push({
        at: now + millis,
        wake: () => {
          working += 1;
          resolve();
        },
      });
    });
  };
  return {
    clock: { now: () => now },
    sleep,
    /** Runs these to their ends; whoever waits is woken when nobody works. */
    run: async (tasks: readonly (() => Promise<void>)[]): Promise<void> => {
      working = tasks.length;
      let left = tasks.length;
      const all = tasks.map(async (task) => {
        await task();
        working -= 1;
        left -= 1;
      });
      while (left > 0) {
        await setImmediate();
        if (working > 0 || left === 0) continue;
        waiting.sort((one, other) => one.at - other.at);
        const next = waiting.shift();
        if (next === undefined) continue;
        now = Math.max(now, next.at);
        next.wake();
      }
      await Promise.all(all);
    },
    set: (at: number): void => {
      now = Math.max(now, at);
    },
  };
}

/** A year of six series of one new vendor, at Apple's limits: what it asks, how long it takes. */
export async function measureBackfill(): Promise<Table.Table> {
  const time = createVirtualTime(MORNING);
  const tables = await startTables([{ name: 'Reports', sk: true }, { name: 'RateBudget' }]);
  const simulator = await startSimulator({ clock: time.clock, hourlyLimit: 3500, minuteLimit: 300 });
  const settings = settingsOf(1, 365);
  const keys = await keyFor(simulator);
  // Apple answers "no sales" for what was never put: the cheapest report, and none less of a request.
  for (const report of SIX_SERIES) {
    const [reportType = '', reportSubType = ''] = report.split('/');
    const version = /^SUBSCRI(PTION|BER)(_EVENT)?$/.test(reportType) ? '1_3' : '1_0';
    const series = { vendor: VENDOR, reportType, reportSubType, frequency: 'DAILY' as const, version };
    simulator.reports.noSales({ ...series, reportDate: '2025-12-31' });
  }
  let queue: ReportMessage[] = [];
  const ledger = createReportLedger({ documents: tables.documents, table: 'Reports', clock: time.clock });
  const shared = {
    settings,
    ledger,
    sendEvents: async () => undefined,
    clock: time.clock,
    log: silent,
    metric: () => undefined,
  };
  let planMillis = 0;
  let settled = 0;
  const worker = async (): Promise<void> => {
    const budget = createRateBudget({ documents: tables.documents, table: 'RateBudget', clock: time.clock });
    for (;;) {
      const batch = queue.splice(0, BATCH);
      if (batch.length === 0) return;
      const deadline = time.clock.now() + 300_000;
      const records = batch.map((message, index) => ({ id: String(index), body: JSON.stringify(message) }));
      const deps = {
        ...shared,
        budget,
        keys,
        gate: openGate,
        lake: noLake,
        analytics: createAnalyticsLedger({
          documents: tables.documents,
          table: 'Reports',
          clock: time.clock,
          ledger,
        }),
        appleClock: { now: time.clock.now, observe: () => false },
        baseUrl: simulator.origin,
        scoped: true,
        fetch: async (...request: Parameters<typeof fetch>) => {
          await time.sleep(REQUEST_MILLIS);
          return fetch(...request);
        },
        sleep: time.sleep,
        random: () => 0.5,
        convert: async () => ({ rows: 0, widened: {} }),
      };
      const failed = await fetchBatch(deps, records, () => deadline - time.clock.now());
      if (failed.length > 0) queue.push(...batch.filter((_, index) => failed.includes(String(index))));
    }
  };
  const expected = SIX_SERIES.length * 365;
  let hours = 0;
  for (; settled < expected && hours < 48; hours += 1) {
    time.set(MORNING + hours * HOUR);
    const started = performance.now();
    await planReports({
      ...shared,
      queueReports: async (messages) => void queue.push(...messages.map(({ message }) => message)),
    });
    planMillis += performance.now() - started;
    // The newest first, over all series, as the planner queues each series by itself.
    queue = queue.sort((one, other) => (one.reportDate < other.reportDate ? 1 : -1));
    await time.run(Array.from({ length: WORKERS }, () => worker));
    settled = await countSettled(ledger, settings);
  }
  const seen = simulator.requests();
  const refused = seen.filter(({ status }) => status === 429).length;
  const took = (seen.at(-1)?.at ?? MORNING) - MORNING;
  const table = new Table({ style: { head: [], border: [], compact: true } });
  table.push(
    ['partitions settled', `${settled} of ${expected}`],
    ['requests to Apple', seen.length],
    ['requests : settled partition', (seen.length / settled).toFixed(3)],
    ['answers 429', refused],
    ['simulated hours', (took / HOUR).toFixed(2)],
    ['planner runs, seconds in all', `${hours}, ${(planMillis / 1000).toFixed(1)}`],
    ['DynamoDB calls : partition', callsOf(tables, settled)],
  );
  await simulator.close();
  tables.close();
  return table;
}

const noLake = {
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

export async function keyFor(
  simulator: Awaited<ReturnType<typeof startSimulator>>,
  roles: readonly Role[] = ['FINANCE'],
) {
  const issuerId = '57246542-96fe-1a63-e053-0824d011072a';
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  simulator.addTeam({ name: 'team-0', issuerId, vendors: [VENDOR] });
  simulator.addKey({
    team: 'team-0',
    keyId: 'BENCHKEY01',
    kind: 'team',
    roles,
    publicKey: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
  });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const secret = JSON.stringify({ keyId: 'BENCHKEY01', issuerId, privateKey: pem, kind: 'team' });
  const stored = {
    key: await parseKeySecret('bench', secret),
    versionId: '1',
    versionCreatedAt: MORNING,
  };
  return { current: async () => stored, reread: async () => stored, previous: async () => undefined };
}
