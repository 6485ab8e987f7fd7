import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ageInDays, dueAt, expectedDates, noSalesIsFinal } from '../../functions/reports/calendar.ts';
import { findEntry } from '../../functions/reports/catalogue.ts';

const entry = findEntry('SALES/SUMMARY/DAILY') ?? assert.fail('no entry');
const utc = (millis: number): string => new Date(millis).toISOString();

describe('A daily report', () => {
  const due: [string, string][] = [
    ['2026-07-01', '2026-07-02T15:00:00.000Z'],
    ['2026-12-01', '2026-12-02T16:00:00.000Z'],
    ['2026-03-07', '2026-03-08T15:00:00.000Z'],
    ['2026-10-31', '2026-11-01T16:00:00.000Z'],
    ['2028-02-28', '2028-02-29T16:00:00.000Z'],
  ];
  for (const [date, expected] of due) {
    it(`of ${date} is due at 8 in the next Californian morning: ${expected}`, () => {
      assert.equal(utc(dueAt(entry, date)), expected);
    });
  }

  it('is expected from its due minute on, newest first', () => {
    const at = dueAt(entry, '2026-11-23');
    assert.deepEqual(expectedDates(entry, 3, at), ['2026-11-23', '2026-11-22', '2026-11-21']);
    assert.deepEqual(expectedDates(entry, 3, at - 1), ['2026-11-22', '2026-11-21']);
  });

  it('is expected once on each day around the changes of the clock', () => {
    for (const [now, count] of [
      ['2026-03-10T18:00:00Z', 5],
      ['2026-11-03T18:00:00Z', 5],
    ] as const) {
      const dates = expectedDates(entry, count, Date.parse(now));
      assert.equal(new Set(dates).size, count);
      assert.equal(dates.length, count);
    }
  });

  it('is expected no further back than Apple keeps it', () => {
    const dates = expectedDates(entry, 9999, Date.parse('2026-11-24T18:00:00Z'));
    assert.equal(dates.length, 365);
    assert.equal(dates.at(-1), '2025-11-24');
  });

  it('without sales is final once it is due, not before', () => {
    const at = dueAt(entry, '2026-11-23');
    assert.deepEqual(
      [noSalesIsFinal(entry, '2026-11-23', at - 1), noSalesIsFinal(entry, '2026-11-23', at)],
      [false, true],
    );
  });

  it('ages by Californian days', () => {
    assert.equal(ageInDays(entry, '2026-11-23', Date.parse('2026-11-24T07:59:00Z')), 0);
    assert.equal(ageInDays(entry, '2026-11-23', Date.parse('2026-11-24T08:01:00Z')), 1);
  });
});
