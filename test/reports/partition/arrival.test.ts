import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { dueAt } from '../../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import type { Partition } from '../../../functions/reports/catalogue/series.ts';
import { medianStorageDelay, usualArrival } from '../../../functions/reports/partition/arrival.ts';
import { ledgerItemSchema } from '../../../functions/reports/partition/ledger-item.ts';
import { type FetchOutcome, settlementOf } from '../../../functions/reports/partition/settlement.ts';
import { planArrivals } from '../../../functions/reports/plan/plan-arrivals.ts';
import { planReports } from '../../../functions/reports/plan/plan-reports.ts';
import { createChance } from '../../engine/chance.ts';
import { createMemoryLedger } from '../../histories/memory-ledger.ts';
import { createMemoryMarks } from '../../histories/memory-marks.ts';
import { configuredVersions, createMemoryRefusals } from '../../histories/memory-vendor.ts';
import { silent } from '../../histories/surroundings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REPORT = 'SALES/SUMMARY/DAILY';
const entry = findEntry(REPORT) ?? assert.fail('no entry');
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

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

describe('How long after Apple has a report it is stored', () => {
  const apples: [name: string, hours: (chance: ReturnType<typeof createChance>) => number][] = [
    ['that comes around half past five', (chance) => -2.5 + 0.8 * (chance.next() - 0.5)],
    ['that comes when Apple promises', (chance) => 0.1 * chance.next()],
    ['that comes in the course of the forenoon', (chance) => 1 + 2 * chance.next()],
    ['that comes as early as half past three', (chance) => -4.4 + 0.3 * chance.next()],
  ];
  for (const [name, hours] of apples) {
    it(`of a series ${name}: ten minutes in the median, with a few requests a day`, async () => {
      const chance = createChance(7);
      const moments = new Map<string, number>();
      const appearsAt = (date: string): number => {
        const at = moments.get(date) ?? dueAt(entry, date) + hours(chance) * HOUR;
        moments.set(date, at);
        return at;
      };
      const { items, asked } = await play(appearsAt, 40);
      const learned = items.slice(-20).filter(({ settledAs }) => settledAs === 'stored');
      assert.ok(learned.length >= 18);
      const delays = learned.map(({ sk, settledAt = 0 }) => (settledAt - appearsAt(sk)) / MINUTE);
      assert.ok(median(delays) <= 10, `median ${median(delays)} minutes`);
      const requests = learned.map(({ sk }) => asked.get(sk) ?? 0);
      assert.ok(median(requests) <= 20, `${median(requests)} requests a day`);
      const told = medianStorageDelay(learned) ?? assert.fail('no delay is known');
      assert.ok(told.millis >= median(delays) * MINUTE, 'what is told is a bound, never less than the truth');
      assert.ok(told.millis <= 12 * MINUTE);
    });
  }
});

describe('The hours in which a series usually appears', () => {
  const item = (day: number, offsetMinutes: number, notReadyBefore?: number) => {
    const sk = `2026-11-${String(day).padStart(2, '0')}`;
    const settledAt = dueAt(entry, sk) + offsetMinutes * MINUTE;
    return ledgerItemSchema.parse({
      pk: 'x',
      sk,
      state: 'stored',
      settledAs: 'stored',
      settledAt,
      ...(notReadyBefore !== undefined && { notReadyAt: settledAt - notReadyBefore * MINUTE }),
    });
  };
  const windowOf = (items: ReturnType<typeof item>[]) => usualArrival(items, (date) => dueAt(entry, date));

  it('are not learned from two dates', () => assert.equal(windowOf([item(1, 5), item(2, 6)]).learned, false));

  it('are those between "not available yet" and the report', () => {
    const { from, to, learned } = windowOf([item(1, 10, 10), item(2, 20, 10), item(3, 30, 10)]);
    assert.deepEqual([from / MINUTE, to / MINUTE, learned], [5 - 20, 25 + 40, true]);
  });

  it('are not learned from history that was fetched long after it had appeared', () => {
    assert.equal(windowOf([item(1, 5_000), item(2, 6_000), item(3, 7_000)]).learned, false);
  });

  it('are four at most, around the middle, where a series comes at any hour', () => {
    const { from, to } = windowOf([item(1, -280), item(2, 60), item(3, 900)]);
    assert.deepEqual([from / MINUTE, to / MINUTE], [60 - 120, 60 + 120]);
  });
});
