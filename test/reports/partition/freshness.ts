import assert from 'node:assert/strict';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { dueAt } from '../../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import type { Partition } from '../../../functions/reports/catalogue/series.ts';
import { medianStorageDelay } from '../../../functions/reports/partition/arrival.ts';
import { type FetchOutcome, settlementOf } from '../../../functions/reports/partition/settlement.ts';
import { planArrivals } from '../../../functions/reports/plan/plan-arrivals.ts';
import { planReports } from '../../../functions/reports/plan/plan-reports.ts';
import { type Chance, createChance } from '../../engine/chance.ts';
import { createMemoryLedger } from '../../histories/memory-ledger.ts';
import { createMemoryMarks } from '../../histories/memory-marks.ts';
import { configuredVersions, createMemoryRefusals } from '../../histories/memory-vendor.ts';
import { silent } from '../../histories/surroundings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REPORT = 'SALES/SUMMARY/DAILY';
export const entry = findEntry(REPORT) ?? assert.fail('no entry');
const settings = parseSettings({
  teams: [
    {
      name: 'acme',
      keys: { reports: 'k' },
      vendors: [{ number: '85012345', reports: [REPORT], backfillDays: 1 }],
    },
  ],
});

/** Lets the planner's two schedules run for some weeks against an Apple that has each day at its own moment. */
async function play(appearsAt: (reportDate: string) => number, days: number) {
  let now = Date.parse('2026-06-01T09:00:00Z');
  const clock = { now: () => now };
  const ledger = createMemoryLedger(clock);
  const queue: Partition[] = [];
  const asked = new Map<string, number>();
  const deps = {
    settings,
    ledger,
    versions: configuredVersions,
    vendors: createMemoryRefusals(),
    marks: createMemoryMarks(),
    queueReports: async (messages: readonly { message: Partition & { priority: string } }[]) => {
      for (const { message } of messages) {
        const { priority: _, ...partition } = message;
        queue.push(partition);
      }
    },
    sendEvents: async () => undefined,
    clock,
    log: silent,
    metric: () => undefined,
  };
  const work = async (): Promise<void> => {
    for (const partition of queue.splice(0)) {
      const result = await ledger.claim(partition);
      if (result.kind !== 'claimed') continue;
      const { item } = result.claim;
      const has = now >= appearsAt(partition.reportDate);
      if (item.settledAs === undefined)
        asked.set(partition.reportDate, (asked.get(partition.reportDate) ?? 0) + 1);
      const outcome: FetchOutcome = has
        ? { kind: 'report', sha256: 'a', bytes: 1, rows: 1, rawKey: 'r', tableKey: 't' }
        : { kind: 'not-ready', reason: 'Report is not available yet.', noted: { notReadyAt: now } };
      const rules = { entry, restatementDays: [] };
      const settlement = settlementOf(item, partition, outcome, rules, now);
      await ledger.settle(result.claim, { ...settlement, ...outcome.noted });
    }
  };
  const end = now + days * DAY;
  for (; now < end; now += MINUTE) {
    const california = new Date(now - 7 * HOUR);
    const [hour, minute] = [california.getUTCHours(), california.getUTCMinutes()];
    if (minute === 7) await planReports(deps);
    else if (minute % 10 === 0 && hour >= 3 && hour <= 13) await planArrivals(deps);
    else continue;
    await work();
  }
  const items = [...ledger.items.values()].sort((one, other) => (one.sk < other.sk ? -1 : 1));
  return { items, asked };
}

/** When a series appears at Apple: hours after the promised moment, drawn per day. */
export const APPLES: readonly { name: string; hours: (chance: Chance) => number }[] = [
  { name: 'around half past five', hours: (chance) => -2.5 + 0.8 * (chance.next() - 0.5) },
  { name: 'when Apple promises, at eight', hours: (chance) => 0.1 * chance.next() },
  { name: 'in the course of the forenoon', hours: (chance) => 1 + 2 * chance.next() },
  { name: 'as early as half past three', hours: (chance) => -4.4 + 0.3 * chance.next() },
];

/** Of the last twenty of so many simulated days, in minutes: when a date was stored after Apple had it, and what is told. */
export type Freshness = {
  dates: number;
  median: number;
  longest: number;
  /** What the status page and the metric say: a bound. */
  toldMedian: number;
  requestsPerDate: number;
};

/** Plays some weeks of a daily series that appears at such hours. */
export async function measureFreshness({ hours }: (typeof APPLES)[number], days: number): Promise<Freshness> {
  const chance = createChance(7);
  const moments = new Map<string, number>();
  const appearsAt = (date: string): number => {
    const at = moments.get(date) ?? dueAt(entry, date) + hours(chance) * HOUR;
    moments.set(date, at);
    return at;
  };
  const { items, asked } = await play(appearsAt, days);
  const learned = items.slice(-20).filter(({ settledAs }) => settledAs === 'stored');
  const delays = learned.map(({ sk, settledAt = 0 }) => (settledAt - appearsAt(sk)) / MINUTE);
  return {
    dates: learned.length,
    median: median(delays),
    longest: Math.max(...delays),
    toldMedian: (medianStorageDelay(learned)?.millis ?? Number.NaN) / MINUTE,
    requestsPerDate: median(learned.map(({ sk }) => asked.get(sk) ?? 0)),
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
