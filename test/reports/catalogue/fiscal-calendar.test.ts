import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import {
  dueAt,
  expectedDates,
  keptSince,
  noSalesIsFinal,
  reportDatesBetween,
} from '../../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { fiscalMonth, fiscalMonthOf } from '../../../functions/reports/catalogue/fiscal-calendar.ts';
import { lastDayOfFiscalMonth } from '../../../local/simulator/reports/fiscal-calendar.ts';

const entry = findEntry('FINANCIAL/ZZ') ?? assert.fail('no entry');
const DAY = 86_400_000;
const daysOf = (name: string): string => {
  const { first, last } = fiscalMonth(name);
  return `${first} ${last}`;
};

describe('Apple’s fiscal calendar', () => {
  // Last days of Apple's fiscal years and quarters, from its annual and quarterly reports.
  const published: [string, string][] = [
    ['2009-12', '2009-09-26'],
    ['2010-12', '2010-09-25'],
    ['2011-12', '2011-09-24'],
    ['2012-03', '2011-12-31'],
    ['2012-12', '2012-09-29'],
    ['2013-12', '2013-09-28'],
    ['2014-12', '2014-09-27'],
    ['2015-12', '2015-09-26'],
    ['2016-12', '2016-09-24'],
    ['2017-03', '2016-12-31'],
    ['2017-06', '2017-04-01'],
    ['2017-12', '2017-09-30'],
    ['2018-12', '2018-09-29'],
    ['2019-12', '2019-09-28'],
    ['2020-12', '2020-09-26'],
    ['2021-12', '2021-09-25'],
    ['2022-12', '2022-09-24'],
    ['2023-03', '2022-12-31'],
    ['2023-06', '2023-04-01'],
    ['2023-09', '2023-07-01'],
    ['2023-12', '2023-09-30'],
    ['2024-12', '2024-09-28'],
  ];
  for (const [month, last] of published) {
    it(`ends ${month} on ${last}, as Apple’s own reports do`, () =>
      assert.equal(String(fiscalMonth(month).last), last));
  }

  // Periods that developers were paid for, as calendars of payment dates and report files give them.
  const paid: [string, string][] = [
    ['2021-02', '2020-11-01 2020-11-28'],
    ['2021-03', '2020-11-29 2020-12-26'],
    ['2021-04', '2020-12-27 2021-01-30'],
    ['2021-05', '2021-01-31 2021-02-27'],
    ['2021-06', '2021-02-28 2021-03-27'],
    ['2021-07', '2021-03-28 2021-05-01'],
    ['2021-08', '2021-05-02 2021-05-29'],
    ['2021-09', '2021-05-30 2021-06-26'],
    ['2021-10', '2021-06-27 2021-07-31'],
    ['2021-12', '2021-08-29 2021-09-25'],
    ['2022-01', '2021-09-26 2021-10-30'],
    ['2023-02', '2022-10-30 2022-11-26'],
    ['2025-01', '2024-09-29 2024-11-02'],
    ['2026-03', '2025-11-30 2025-12-27'],
  ];
  for (const [month, days] of paid) {
    it(`has ${month} from ${days.replace(' ', ' to ')}`, () => assert.equal(daysOf(month), days));
  }

  it('gives the extra week of a long year to December', () => {
    assert.equal(daysOf('2023-03'), '2022-11-27 2022-12-31');
    assert.equal(daysOf('2023-04'), '2023-01-01 2023-02-04');
  });

  it('names a month by the fiscal year, which begins in September or October of the one before', () => {
    const nameOf = (day: string) => fiscalMonthOf(Temporal.PlainDate.from(day)).name;
    assert.deepEqual(['2026-09-26', '2026-09-27', '2026-11-24', '2026-12-31', '2017-09-30'].map(nameOf), [
      '2026-12',
      '2027-01',
      '2027-02',
      '2027-04',
      '2017-12',
    ]);
  });

  it('has every day of two centuries in one month, in order, and months of four or five weeks', () => {
    let expected = Temporal.PlainDate.from('1999-09-26');
    const long = new Set<number>();
    for (let year = 2000; year < 2200; year += 1) {
      for (let month = 1; month <= 12; month += 1) {
        const name = `${year}-${String(month).padStart(2, '0')}`;
        const { first, last } = fiscalMonth(name);
        assert.equal(String(first), String(expected), name);
        const days = first.until(last, { largestUnit: 'days' }).days + 1;
        assert.ok(days === 28 || days === 35, `${name} has ${days} days`);
        if (month === 3 && days === 35) long.add(year);
        assert.deepEqual([fiscalMonthOf(first).name, fiscalMonthOf(last).name], [name, name]);
        expected = last.add({ days: 1 });
      }
    }
    assert.deepEqual([...long].slice(0, 5), [2000, 2006, 2012, 2017, 2023]);
  });

  it('agrees with Apple’s simulator, which counts weeks instead', () => {
    for (let year = 2010; year < 2060; year += 1) {
      for (let month = 1; month <= 12; month += 1) {
        const name = `${year}-${String(month).padStart(2, '0')}`;
        assert.equal(String(fiscalMonth(name).last), String(lastDayOfFiscalMonth(name)), name);
      }
    }
  });

  for (const name of ['2026-13', '2026-00', '2026', '2026-1', 'October']) {
    it(`does not take "${name}" for a month`, () => assert.throws(() => fiscalMonth(name), RangeError));
  }
});

describe('A finance report', () => {
  it('is asked for from the Friday after its month on', () => {
    assert.equal(new Date(dueAt(entry, '2027-01')).toISOString(), '2026-11-06T16:00:00.000Z');
  });

  it('is expected once its month is over, newest first, not while it is open', () => {
    const at = dueAt(entry, '2027-01');
    assert.deepEqual(expectedDates(entry, 365, at - 1).slice(0, 2), ['2026-12', '2026-11']);
    assert.deepEqual(expectedDates(entry, 365, at).slice(0, 2), ['2027-01', '2026-12']);
    // The month of the year before became available 364 days ago: it counts from then, not from its end.
    assert.equal(expectedDates(entry, 365, at).length, 13);
  });

  it('is requested by the days on which months end', () => {
    assert.deepEqual(reportDatesBetween(entry, '2026-09-26', '2026-10-31'), ['2027-01', '2026-12']);
    assert.deepEqual(reportDatesBetween(entry, '2026-09-27', '2026-10-30'), []);
  });

  it('without sales is final a week after the end of the following month', () => {
    for (const [month, following] of [
      ['2026-12', '2027-01'],
      ['2027-01', '2027-02'],
      ['2023-02', '2023-03'],
    ] as const) {
      const end = Date.parse(`${fiscalMonth(following).last}T12:00:00-08:00`);
      assert.equal(noSalesIsFinal(entry, month, end), false, month);
      assert.equal(noSalesIsFinal(entry, month, end + 15 * DAY), true, month);
    }
  });

  it('is overdue only after "no sales" would have been final', () => {
    assert.ok(entry.overdueAfterHours > entry.noSalesFinalAfterHours);
  });

  it('is looked for in the ledger by fiscal months', () => {
    assert.equal(keptSince({ ...entry, keptDays: 30 }, Date.parse('2026-11-24T20:00:00Z')), '2027-01');
  });
});
