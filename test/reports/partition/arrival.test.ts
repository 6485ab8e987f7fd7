import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dueAt } from '../../../functions/reports/catalogue/calendar.ts';
import { usualArrival } from '../../../functions/reports/partition/arrival.ts';
import { ledgerItemSchema } from '../../../functions/reports/partition/ledger-item.ts';
import { APPLES, entry, measureFreshness } from './freshness.ts';

const MINUTE = 60_000;

describe('How long after Apple has a report it is stored', () => {
  for (const apple of APPLES) {
    it(`of a series that comes ${apple.name}: ten minutes in the median, with a few requests a day`, async () => {
      const { dates, median, toldMedian, requestsPerDate } = await measureFreshness(apple, 40);
      assert.ok(dates >= 18);
      assert.ok(median <= 10, `median ${median} minutes`);
      assert.ok(requestsPerDate <= 20, `${requestsPerDate} requests a day`);
      assert.ok(toldMedian >= median, 'what is told is a bound, never less than the truth');
      assert.ok(toldMedian <= 12);
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
