import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventList } from '../../bench/morning/event-list.ts';
import { firstBackfill } from '../../bench/morning/first-backfill.ts';
import { type Setup, simulateMorning } from '../../bench/morning/simulate.ts';
import type { Watched } from '../../bench/morning/watch.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';

const DAY = 86_400_000;
const MORNING = Date.parse('2026-11-24T16:07:00Z');

const morningOf = (teams: number, more: Partial<Setup> = {}): Watched =>
  simulateMorning({
    settings: parseSettings({
      teams: Array.from({ length: teams }, (_, team) => ({
        name: `team-${team}`,
        keys: { reports: `team-${team}` },
        vendors: [{ number: String(80_000_000 + team), reports: ['SALES/SUMMARY/DAILY'] }],
      })),
      restatementDays: [1],
    }),
    fetchersAtOnce: 5,
    planner: { timeoutMillis: 120_000, millisASeries: 24, unitsASeries: 28 },
    convertMillis: 50,
    from: MORNING - 2 * DAY,
    watchedFrom: MORNING,
    ...more,
  });

describe('The simulated morning', () => {
  it('asks for each report until Apple has it, and once more a day later', () => {
    const { due, unplanned, requests, settledAfter, deadLetters } = morningOf(200);
    assert.deepEqual([due, unplanned, deadLetters], [200, 0, 0]);
    assert.ok(requests >= 2 * 200 && requests < 3 * 200, `${requests} requests`);
    const [half, most, nearly, all] = settledAfter.map(({ millis }) => millis);
    assert.ok(half && most && nearly && all && half <= most && most <= nearly && nearly <= all);
    assert.ok(half < 120_000 && all > 3_600_000, 'what is late is asked for again in later hours');
  });

  it('leaves series to which a run of the planner does not come to later runs, which begin elsewhere', () => {
    const planner = { timeoutMillis: 120_000, millisASeries: 2_400, unitsASeries: 28 };
    const { unplanned, settledAfter } = morningOf(200, { planner });
    const half = settledAfter[0]?.millis ?? 0;
    assert.equal(unplanned, 0, 'all have had their turn by the end of the day');
    assert.ok(half > 3_600_000, `a run comes to half of them, not all of which are on time: ${half} ms`);
  });

  it('is sooner over with more fetchers, and queues no message twice while they keep up', () => {
    const few = morningOf(1000, { fetchersAtOnce: 1 });
    const many = morningOf(1000, { fetchersAtOnce: 8 });
    assert.ok(many.oldestMillis < few.oldestMillis / 2, `${many.oldestMillis} of ${few.oldestMillis}`);
    assert.ok(many.peakDepth <= few.peakDepth);
    assert.ok(many.inVain < 20, `${many.inVain} in vain`);
  });

  it('asks no key faster than its pace lets through', () => {
    // Twelve fetchers on one key would ask twenty times a second.
    const settings = parseSettings({
      teams: [
        {
          name: 'acme',
          keys: { reports: 'acme' },
          vendors: Array.from({ length: 400 }, (_, vendor) => ({
            number: String(80_000_000 + vendor),
            reports: ['SALES/SUMMARY/DAILY'],
          })),
        },
      ],
    });
    const planner = { timeoutMillis: 120_000, millisASeries: 1, unitsASeries: 28 };
    const { settledAfter } = morningOf(1, { settings, planner, fetchersAtOnce: 12, from: MORNING });
    const half = settledAfter[0]?.millis ?? 0;
    assert.ok(half > 30_000, `170 reports at four a second after ${half} ms`);
  });
});

describe('The first backfill of all teams', () => {
  const input = {
    teams: 100,
    series: 20,
    days: 365,
    secondsASeries: 0.007,
    secondsACall: 0.0004,
    fetchSeconds: 0.7,
  };

  it('takes as long as the fetchers need', () => {
    const { hours, longestWaitHours } = firstBackfill(input, 50);
    const needed = (100 * 20 * 365 * 0.7) / 50 / 3600;
    assert.ok(hours >= needed && hours < needed * 1.3, `${hours} hours`);
    assert.ok(longestWaitHours <= hours);
  });

  it('never outruns Apple’s hour of a key', () => {
    assert.ok(firstBackfill(input, 100_000).hours >= Math.floor((20 * 365) / (3500 * 0.75)));
  });
});

it('The list of events gives them in their order', () => {
  const list = new EventList<number>();
  for (const at of [5, 3, 9, 1, 7, 3]) list.add(at, at);
  const order = Array.from({ length: 7 }, () => list.next()?.at);
  assert.deepEqual(order, [1, 3, 3, 5, 7, 9, undefined]);
});
