import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  expectedDates,
  isPastRetention,
  isReportDate,
} from '../../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { readReportDate } from '../../../local/simulator/reports/report-calendar.ts';

const entryOf = (frequency: string) => findEntry(`SALES/SUMMARY/${frequency}`) ?? assert.fail(frequency);

describe('Retention counts from the day on which a report became available', () => {
  const firstRuns: [frequency: string, day: string, oldest: string][] = [
    // The report of October 2025 came on 5 November 2025 and is kept until 5 November 2026.
    ['MONTHLY', '2026-11-01', '2025-10'],
    ['MONTHLY', '2026-11-04', '2025-10'],
    ['MONTHLY', '2026-11-06', '2025-11'],
    ['YEARLY', '2026-11-24', '2016'],
    ['YEARLY', '2027-01-03', '2016'],
    ['DAILY', '2026-11-24', '2025-11-24'],
  ];
  for (const [frequency, day, oldest] of firstRuns) {
    it(`a first backfill of ${frequency} on ${day} begins with ${oldest}`, () => {
      const now = Date.parse(`${day}T20:00:00Z`);
      assert.equal(expectedDates(entryOf(frequency), undefined, now).at(-1), oldest);
    });
  }

  it('what is expected is what Apple has: neither side keeps less than the other', () => {
    for (const frequency of ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const) {
      for (const day of ['2026-11-01', '2026-11-05', '2026-11-24', '2027-01-01', '2027-03-01']) {
        const now = Date.parse(`${day}T20:00:00Z`);
        for (const date of expectedDates(entryOf(frequency), undefined, now))
          assert.ok(readReportDate(frequency, date).goneAt > now, `${frequency} ${date} on ${day}`);
      }
    }
  });

  it('days of history that the settings name count the same way', () => {
    const now = Date.parse('2026-11-03T20:00:00Z');
    assert.equal(expectedDates(entryOf('MONTHLY'), 365, now).at(-1), '2025-10');
    assert.deepEqual(expectedDates(entryOf('YEARLY'), 365, now), ['2025']);
  });

  it('"no longer available" is believed only when the retention may be over', () => {
    const now = Date.parse('2026-11-24T20:00:00Z');
    const daily = entryOf('DAILY');
    for (const [date, past] of [
      ['2026-11-23', false],
      ['2026-06-01', false],
      ['2025-12-01', false],
      ['2025-11-24', true],
      ['2025-01-01', true],
    ] as const)
      assert.equal(isPastRetention(daily, date, now), past, date);
  });

  it('a week is named by its Sunday and by no other day', () => {
    assert.ok(isReportDate(entryOf('WEEKLY'), '2026-11-22'));
    for (const date of ['2026-11-21', '2026-11-23', '2026-11-18'])
      assert.ok(!isReportDate(entryOf('WEEKLY'), date), date);
  });
});
