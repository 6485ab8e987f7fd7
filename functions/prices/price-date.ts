import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../platform/clock.ts';

/** Today at Apple, `YYYY-MM-DD`: a price dated today is in effect. */
export const pacificToday = (now: EpochMillis): string => dayIn('America/Los_Angeles', now);

/**
 * The first day from which a live subscription's price may change. Apple takes a start date from tomorrow on and
 * does not say whose tomorrow; tomorrow in UTC is never before tomorrow in California.
 */
export const earliestForLive = (now: EpochMillis): string =>
  Temporal.PlainDate.from(dayIn('UTC', now)).add({ days: 1 }).toString();

const dayIn = (timeZone: string, now: EpochMillis): string =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate().toString();
