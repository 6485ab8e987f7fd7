import { Temporal } from 'temporal-polyfill';

/**
 * Apple's fiscal calendar, computed: it has no last year.
 *
 * A fiscal year ends on the last Saturday of September. Its quarters have 13 weeks, in months of five, four and
 * four; the first month is called October, whatever days it has. A year of 53 weeks has the extra one at the end
 * of its first quarter, in the month called December.
 * Sources: Apple's quarterly reports (fiscal 2012, 2017 and 2023 had 53 weeks; the first quarter of 2023 ended on
 * 31 December 2022) and the fiscal months that developers were paid for, see the test.
 */
const WEEKS_OF_MONTHS = [5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4] as const;
const MONTH_WITH_EXTRA_WEEK = 3;
const SATURDAY = 6;

/** The days of a fiscal month, both included. */
export type FiscalMonth = { name: string; first: Temporal.PlainDate; last: Temporal.PlainDate };

/**
 * The fiscal month of a report date, `YYYY-MM`: fiscal year and month, so `2027-01` is October 2026.
 *
 * @throws RangeError when it names no month
 */
export function fiscalMonth(name: string): FiscalMonth {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? [];
  const found = year === undefined ? undefined : monthsOf(Number(year))[Number(month) - 1];
  if (found === undefined) throw new RangeError(`"${name}" is no fiscal month such as 2027-01`);
  return found;
}

/** The fiscal month in which a day lies. */
export function fiscalMonthOf(day: Temporal.PlainDate): FiscalMonth {
  const year = Temporal.PlainDate.compare(day, lastDayOf(day.year)) > 0 ? day.year + 1 : day.year;
  const found = monthsOf(year).find(({ last }) => Temporal.PlainDate.compare(day, last) <= 0);
  if (found === undefined) throw new RangeError(`${day} lies in no fiscal month`);
  return found;
}

function monthsOf(year: number): FiscalMonth[] {
  const end = lastDayOf(year);
  let first = lastDayOf(year - 1).add({ days: 1 });
  const extraWeeks = (first.until(end, { largestUnit: 'days' }).days + 1) / 7 - 52;
  return WEEKS_OF_MONTHS.map((regular, index) => {
    const weeks = regular + (index + 1 === MONTH_WITH_EXTRA_WEEK ? extraWeeks : 0);
    const last = first.add({ weeks }).subtract({ days: 1 });
    const name = `${String(year).padStart(4, '0')}-${String(index + 1).padStart(2, '0')}`;
    const month = { name, first, last };
    first = last.add({ days: 1 });
    return month;
  });
}

/** The last Saturday of September. */
function lastDayOf(year: number): Temporal.PlainDate {
  const september = Temporal.PlainDate.from({ year, month: 9, day: 30 });
  return september.subtract({ days: (september.dayOfWeek - SATURDAY + 7) % 7 });
}
