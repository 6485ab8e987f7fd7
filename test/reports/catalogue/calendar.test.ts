import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ageInDays,
  dueAt,
  expectedDates,
  noSalesIsFinal,
  reportDatesBetween,
} from '../../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { readReportDate } from '../../../local/simulator/reports/report-calendar.ts';

const entry = findEntry('SALES/SUMMARY/DAILY') ?? assert.fail('no entry');
const utc = (millis: number): string => new Date(millis).toISOString();

describe('The calendar', () => {
  // The simulator's calendar is written apart from the product's: where both agree, neither guesses.
  const periods = { DAILY: 400, WEEKLY: 60, MONTHLY: 14, YEARLY: 12 } as const;
  for (const frequency of ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const) {
    it(`agrees with Apple's simulator on ${frequency} reports: names, due times, none left out`, () => {
      const one = findEntry(`SALES/SUMMARY/${frequency}`) ?? assert.fail(frequency);
      const dates = reportDatesBetween(one, '2014-12-31', '2026-11-24').slice(0, periods[frequency]);
      const read = dates.map((date) => readReportDate(frequency, date));
      for (const [index, date] of dates.entries()) assert.equal(dueAt(one, date), read[index]?.dueAt, date);
      const steps = read
        .slice(1)
        .map(({ lastDay }, index) => lastDay.until(read[index]?.lastDay ?? lastDay).days);
      const [shortest, longest] = { DAILY: [1, 1], WEEKLY: [7, 7], MONTHLY: [28, 31], YEARLY: [365, 366] }[
        frequency
      ];
      assert.ok(
        steps.every((days) => days >= (shortest ?? 0) && days <= (longest ?? 0)),
        steps.join(),
      );
    });
  }

  const named: [string, string, string[]][] = [
    ['WEEKLY', '2026-11-23T18:00:00Z', ['2026-11-22', '2026-11-15']],
    ['WEEKLY', '2026-11-23T15:00:00Z', ['2026-11-15', '2026-11-08']],
    ['MONTHLY', '2026-11-05T16:00:00Z', ['2026-10', '2026-09']],
    ['MONTHLY', '2026-11-05T15:59:00Z', ['2026-09', '2026-08']],
    ['YEARLY', '2027-01-06T16:00:00Z', ['2026', '2025']],
  ];
  for (const [frequency, now, expected] of named) {
    it(`at ${now} the newest ${frequency} reports are ${expected}`, () => {
      const one = findEntry(`SALES/SUMMARY/${frequency}`) ?? assert.fail(frequency);
      assert.deepEqual(expectedDates(one, 9999, Date.parse(now)).slice(0, 2), expected);
    });
  }

  it('believes "no sales" of a week only a week after it was due', () => {
    const weekly = findEntry('SALES/SUMMARY/WEEKLY') ?? assert.fail();
    const due = dueAt(weekly, '2026-11-22');
    const DAY = 86_400_000;
    assert.deepEqual(
      [0, 6.9, 7].map((days) => noSalesIsFinal(weekly, '2026-11-22', due + days * DAY)),
      [false, false, true],
    );
  });
});

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
