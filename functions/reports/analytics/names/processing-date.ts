import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../../../platform/util/clock.ts';
import { PACIFIC_TIME_ZONE } from '../../../platform/util/time.ts';

// Processing dates are taken to be of Apple's own zone.

/** When a processing date begins. */
export const startOfDay = (date: string): EpochMillis =>
  Temporal.PlainDate.from(date).toZonedDateTime(PACIFIC_TIME_ZONE).epochMilliseconds;

/** The processing date of this moment, `YYYY-MM-DD`. */
export const today = (now: EpochMillis): string =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(PACIFIC_TIME_ZONE).toPlainDate().toString();
