import { Temporal } from 'temporal-polyfill';

/** Fiscal year 2010 began on this Sunday (Apple's annual report for 2009: the year ended on 26 September 2009). */
const ANCHOR = { year: 2010, firstDay: Temporal.PlainDate.from('2009-09-27') };
const LONG_MONTHS = [1, 4, 7, 10];

/**
 * The last day of a month of Apple's fiscal calendar, counted week by week from a year that is known. Quarters are
 * months of five, four and four weeks; when another whole week still fits into September, the year has 53, and its
 * third month (December) has five.
 *
 * @returns `undefined` for what names no month, or one before the calendar begins
 */
export function lastDayOfFiscalMonth(name: string): Temporal.PlainDate | undefined {
  const [, yearText, monthText] = /^(\d{4})-(\d{2})$/.exec(name) ?? [];
  const [year, month] = [Number(yearText), Number(monthText)];
  if (!(year >= ANCHOR.year && month >= 1 && month <= 12)) return undefined;
  let day = ANCHOR.firstDay;
  for (let past = ANCHOR.year; past < year; past += 1) day = day.add({ weeks: isLong(day) ? 53 : 52 });
  let weeks = 0;
  for (let one = 1; one <= month; one += 1) {
    weeks += LONG_MONTHS.includes(one) || (one === 3 && isLong(day)) ? 5 : 4;
  }
  return day.add({ weeks }).subtract({ days: 1 });
}

/** Whether the fiscal year that begins on this day has 53 weeks. */
const isLong = (firstDay: Temporal.PlainDate): boolean =>
  firstDay.add({ weeks: 53 }).subtract({ days: 1 }).month === 9;
