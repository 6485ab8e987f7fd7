import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../platform/clock.ts';
import type { CatalogueEntry, Frequency } from './catalogue.ts';

const HOUR = 3_600_000;

/** The last day of the period that a report date names: a week by its Sunday, `2026-10` by 31 October. */
function periodEnd(frequency: Frequency, reportDate: string): Temporal.PlainDate {
  switch (frequency) {
    case 'DAILY':
    case 'WEEKLY':
      return Temporal.PlainDate.from(reportDate);
    case 'MONTHLY':
      return Temporal.PlainYearMonth.from(reportDate).toPlainDate({ day: 31 });
    case 'YEARLY':
      return Temporal.PlainDate.from(`${reportDate}-12-31`);
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
  }
}

const PERIOD: Record<Frequency, Temporal.DurationLike> = {
  DAILY: { days: 1 },
  WEEKLY: { weeks: 1 },
  MONTHLY: { months: 1 },
  YEARLY: { years: 1 },
};

const today = (entry: CatalogueEntry, now: EpochMillis): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(entry.timeZone).toPlainDate();

/** The moment from which a report is asked for. Counts on the zone's own clock, so DST changes move it rightly. */
export function dueAt(entry: CatalogueEntry, reportDate: string): EpochMillis {
  return periodEnd(entry.frequency, reportDate)
    .add({ days: entry.due.days })
    .toZonedDateTime({ timeZone: entry.timeZone, plainTime: { hour: entry.due.hour } }).epochMilliseconds;
}

/** Whether "There were no sales" is final by now. */
export const noSalesIsFinal = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): boolean =>
  now >= dueAt(entry, reportDate) + entry.noSalesFinalAfterHours * HOUR;

/** The report date before which Apple keeps nothing, in the form of the frequency: where the ledger is read from. */
export const keptSince = (entry: CatalogueEntry, now: EpochMillis): string =>
  today(entry, now).subtract({ days: entry.keptDays }).toString().slice(0, FORM_LENGTH[entry.frequency]);

/** `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
const FORM_LENGTH: Record<Frequency, number> = { DAILY: 10, WEEKLY: 10, MONTHLY: 7, YEARLY: 4 };

/**
 * The report dates that should exist by now, newest first: of periods that ended within so many days, as far as
 * Apple keeps them.
 */
export function expectedDates(entry: CatalogueEntry, backfillDays: number, now: EpochMillis): string[] {
  const oldest = today(entry, now).subtract({ days: Math.min(backfillDays, entry.keptDays) });
  return reportDatesBetween(entry, oldest.toString(), today(entry, now).toString()).filter(
    (date) => dueAt(entry, date) <= now,
  );
}

/** The report dates of all periods that end between two days, both included, newest first. */
export function reportDatesBetween({ frequency }: CatalogueEntry, from: string, to: string): string[] {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  const dates: string[] = [];
  // Starts in the middle of the month or year, as subtracting months from the 31st would skip short ones.
  let day = frequency === 'MONTHLY' || frequency === 'YEARLY' ? last.with({ day: 15 }) : last;
  for (;;) {
    const reportDate = reportDateOf(frequency, day);
    const end = periodEnd(frequency, reportDate);
    if (Temporal.PlainDate.compare(end, first) < 0) return dates;
    if (Temporal.PlainDate.compare(end, last) <= 0) dates.push(reportDate);
    day = day.subtract(PERIOD[frequency]);
  }
}

/** Days from the end of a report's period until now, on the zone's calendar. */
export const ageInDays = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): number =>
  periodEnd(entry.frequency, reportDate).until(today(entry, now), { largestUnit: 'days' }).days;
