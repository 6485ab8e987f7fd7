import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../platform/clock.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** The moment from which a report is asked for. Counts on the zone's own clock, so DST changes move it rightly. */
export function dueAt(entry: CatalogueEntry, reportDate: string): EpochMillis {
  return Temporal.PlainDate.from(reportDate)
    .add({ days: entry.due.days })
    .toZonedDateTime({ timeZone: entry.timeZone, plainTime: { hour: entry.due.hour } }).epochMilliseconds;
}

/** Whether "There were no sales" is final by now. */
export const noSalesIsFinal = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): boolean =>
  now >= dueAt(entry, reportDate) + entry.noSalesFinalAfterHours * 3_600_000;

/**
 * The report dates that should exist by now, newest first: as far back as asked and as Apple keeps them.
 */
export function expectedDates(entry: CatalogueEntry, backfillDays: number, now: EpochMillis): string[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(entry.timeZone).toPlainDate();
  const oldest = today.subtract({ days: Math.min(backfillDays, entry.keptDays) });
  const dates: string[] = [];
  for (let date = today; Temporal.PlainDate.compare(date, oldest) >= 0; date = date.subtract({ days: 1 })) {
    if (dueAt(entry, date.toString()) <= now) dates.push(date.toString());
  }
  return dates;
}

/** Days from a report date until now, on the zone's calendar. */
export function ageInDays(entry: CatalogueEntry, reportDate: string, now: EpochMillis): number {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(entry.timeZone).toPlainDate();
  return Temporal.PlainDate.from(reportDate).until(today, { largestUnit: 'days' }).days;
}
