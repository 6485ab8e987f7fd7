import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { memoize } from '../../platform/util/memoize.ts';
import { MINUTE_MILLIS, PACIFIC_TIME_ZONE } from '../../platform/util/time.ts';

/** Today at Apple, `YYYY-MM-DD`: a price dated today is in effect. */
export const pacificToday = (now: EpochMillis): string => dayIn(PACIFIC_TIME_ZONE, now);

/**
 * The first day from which a live subscription's price may change. Apple takes a start date from tomorrow on and
 * does not say whose tomorrow; tomorrow in UTC is never before tomorrow in California.
 */
export const earliestForLive = (now: EpochMillis): string => daysAfter(dayIn('UTC', now), 1);

/** So many days after a day, both `YYYY-MM-DD`. */
export const daysAfter = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();

// Days begin at whole minutes of the clock everywhere. A price change asks for today dozens of times in a minute.
const dayIn = (timeZone: string, now: EpochMillis): string =>
  dayAtMinute(timeZone, Math.floor(now / MINUTE_MILLIS));

const dayAtMinute = memoize(20, (timeZone: string, minute: number): string =>
  Temporal.Instant.fromEpochMilliseconds(minute * MINUTE_MILLIS)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString(),
);
