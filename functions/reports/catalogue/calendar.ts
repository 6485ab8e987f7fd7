import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { memoize } from '../../platform/util/memoize.ts';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { CatalogueEntry, Frequency } from './catalogue.ts';
import { fiscalMonth, fiscalMonthOf } from './fiscal-calendar.ts';

const SUNDAY = 7;

type Period = { first: Temporal.PlainDate; last: Temporal.PlainDate };

/**
 * The days of the period that a report date names, both included: a week is named by its Sunday, a month
 * `2026-10`, a fiscal month by Apple's fiscal calendar.
 */
function periodOf(frequency: Frequency, reportDate: string): Period {
  switch (frequency) {
    case 'DAILY': {
      const day = Temporal.PlainDate.from(reportDate);
      return { first: day, last: day };
    }
    case 'WEEKLY': {
      const sunday = Temporal.PlainDate.from(reportDate);
      return { first: sunday.subtract({ days: 6 }), last: sunday };
    }
    case 'MONTHLY': {
      const month = Temporal.PlainYearMonth.from(reportDate);
      return { first: month.toPlainDate({ day: 1 }), last: month.toPlainDate({ day: 31 }) };
    }
    case 'YEARLY':
      return {
        first: Temporal.PlainDate.from(`${reportDate}-01-01`),
        last: Temporal.PlainDate.from(`${reportDate}-12-31`),
      };
    case 'FISCAL_MONTHLY':
      return fiscalMonth(reportDate);
  }
}

/** The report date of the period in which a day lies. */
function reportDateOf(frequency: Frequency, day: Temporal.PlainDate): string {
  switch (frequency) {
    case 'DAILY':
      return day.toString();
    case 'WEEKLY':
      // A week runs from Monday to Sunday and is named by its Sunday.
      return day.add({ days: 7 - day.dayOfWeek }).toString();
    case 'MONTHLY':
      return day.toPlainYearMonth().toString();
    case 'YEARLY':
      return String(day.year).padStart(4, '0');
    case 'FISCAL_MONTHLY':
      return fiscalMonthOf(day).name;
  }
}

// Days begin at whole minutes of the clock everywhere, so that a minute of a planner's run computes it once.
const today = ({ timeZone }: CatalogueEntry, now: EpochMillis): Temporal.PlainDate =>
  dayIn(timeZone, Math.floor(now / MINUTE_MILLIS));

const dayIn = memoize(
  20,
  (timeZone: string, minute: number): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(minute * MINUTE_MILLIS)
      .toZonedDateTimeISO(timeZone)
      .toPlainDate(),
);

/** The moment from which a report is asked for. Counts on the zone's own clock, so DST changes move it rightly. */
export const dueAt = ({ frequency, timeZone, due }: CatalogueEntry, reportDate: string): EpochMillis =>
  dueIn(frequency, timeZone, due.days, due.hour, reportDate);

// A planner with a thousand teams asks for the same year of days in every series: half of its time without a memory.
const dueIn = memoize(
  10_000,
  (frequency: Frequency, timeZone: string, days: number, hour: number, reportDate: string): EpochMillis =>
    periodOf(frequency, reportDate).last.add({ days }).toZonedDateTime({ timeZone, plainTime: { hour } })
      .epochMilliseconds,
);

/** From when on "There were no sales" is final. */
export const noSalesFinalAt = (entry: CatalogueEntry, reportDate: string): EpochMillis =>
  dueAt(entry, reportDate) + entry.noSalesFinalAfterHours * HOUR_MILLIS;

/** Whether "There were no sales" is final by now. */
// mutation: no-sales-final
export const noSalesIsFinal = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): boolean =>
  now >= dueAt(entry, reportDate) + entry.noSalesFinalAfterHours * HOUR_MILLIS;

/** The report date before which Apple keeps nothing, in the form of the frequency: where the ledger is read from. */
export const keptSince = (entry: CatalogueEntry, now: EpochMillis): string =>
  reportDateOf(entry.frequency, today(entry, now).subtract({ days: entry.keptDays + entry.due.days }));

/** A leap day, and days on which Apple makes reports later than promised: so long one may be kept beyond its time. */
const RETENTION_SLACK_DAYS = 3;

/** Whether Apple may no longer keep a report: its retention counts from the day on which it became available. */
export const isPastRetention = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): boolean =>
  ageInDays(entry, reportDate, now) >= entry.due.days + entry.keptDays - RETENTION_SLACK_DAYS;

/** The first and the last day of the period that a report date names, as `YYYY-MM-DD`. */
export function periodDays({ frequency }: CatalogueEntry, reportDate: string): { from: string; to: string } {
  const { first, last } = periodOf(frequency, reportDate);
  return { from: first.toString(), to: last.toString() };
}

/**
 * The report dates that should exist by now, newest first: those that became available within so many days, as far
 * as Apple keeps them.
 *
 * @param backfillDays `undefined`: as long as Apple keeps this report
 * @param earlyMillis so long before a report is due it counts as expected: Apple may have it earlier than promised
 */
export function expectedDates(
  entry: CatalogueEntry,
  backfillDays: number | undefined,
  now: EpochMillis,
  earlyMillis = 0,
): string[] {
  const day = today(entry, now);
  const days = Math.min(backfillDays ?? entry.keptDays, entry.keptDays);
  // Retention counts from availability, not from the period's end: a month of 5 November is kept until then.
  const oldest = day.subtract({ days: days + entry.due.days - 1 });
  const dates = reportDatesBetween(entry, oldest.toString(), day.toString());
  // Newest first: behind the first that is due all are.
  const first = dates.findIndex((date) => dueAt(entry, date) - earlyMillis <= now);
  return first < 0 ? [] : dates.slice(first);
}

/** The report dates of all periods that end between two days, both included, newest first. */
export const reportDatesBetween = (
  { frequency }: Pick<CatalogueEntry, 'frequency'>,
  from: string,
  to: string,
): readonly string[] => datesBetween(frequency, from, to);

const datesBetween = memoize(100, (frequency: Frequency, from: string, to: string): readonly string[] => {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  const dates: string[] = [];
  let day = last;
  for (;;) {
    const reportDate = reportDateOf(frequency, day);
    const period = periodOf(frequency, reportDate);
    if (Temporal.PlainDate.compare(period.last, first) < 0) return dates;
    if (Temporal.PlainDate.compare(period.last, last) <= 0) dates.push(reportDate);
    day = period.first.subtract({ days: 1 });
  }
});

/** Days from the end of a report's period until now, on the zone's calendar. */
export const ageInDays = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): number =>
  daysSince(entry.frequency, reportDate, today(entry, now).toString());

const daysSince = memoize(
  10_000,
  (frequency: Frequency, reportDate: string, day: string): number =>
    periodOf(frequency, reportDate).last.until(Temporal.PlainDate.from(day), { largestUnit: 'days' }).days,
);

const DATE_FORMS: Record<Frequency, RegExp> = {
  DAILY: /^\d{4}-\d{2}-\d{2}$/,
  WEEKLY: /^\d{4}-\d{2}-\d{2}$/,
  MONTHLY: /^\d{4}-\d{2}$/,
  YEARLY: /^\d{4}$/,
  FISCAL_MONTHLY: /^\d{4}-\d{2}$/,
};

/** Whether a text from outside names a period of this report at all. */
export function isReportDate({ frequency }: CatalogueEntry, reportDate: string): boolean {
  if (!DATE_FORMS[frequency].test(reportDate)) return false;
  try {
    const { last } = periodOf(frequency, reportDate);
    // A week is named by its Sunday: Apple answers any other day with some other week, or not at all.
    return frequency !== 'WEEKLY' || last.dayOfWeek === SUNDAY;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
