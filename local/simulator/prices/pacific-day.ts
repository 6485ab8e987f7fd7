import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import { PACIFIC_TIME_ZONE } from '../rules/time.ts';

/** The day in California, where price dates are counted, as `YYYY-MM-DD`. */
export const pacificDay = (at: EpochMillis): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(PACIFIC_TIME_ZONE).toPlainDate().toString();

/** Days since 1970-01-01, as Apple's price ids count them; 0 for a price without a start date. */
export const dayNumber = (day: string | null): number =>
  day === null ? 0 : Temporal.PlainDate.from('1970-01-01').until(day, { largestUnit: 'days' }).days;

/** Before every day that a price can name: the start of one that has always been there. */
export const ALWAYS = '0000-01-01';

export const daysAfter = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}
