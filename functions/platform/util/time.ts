import type { EpochMillis } from './clock.ts';

export const SECOND_MILLIS = 1_000;
export const MINUTE_MILLIS = 60 * SECOND_MILLIS;
export const HOUR_MILLIS = 60 * MINUTE_MILLIS;
export const DAY_MILLIS = 24 * HOUR_MILLIS;

/** Apple's business days begin and end in this time zone. */
export const PACIFIC_TIME_ZONE = 'America/Los_Angeles';

/** The UTC day of a moment, `YYYY-MM-DD`. */
export const utcDay = (millis: EpochMillis): string => new Date(millis).toISOString().slice(0, 10);

/** The day so many days before a day, both `YYYY-MM-DD`. */
export const daysBefore = (day: string, days: number): string => utcDay(Date.parse(day) - days * DAY_MILLIS);

/** `2026-11-24 17:07`, in UTC. */
export const formatMinute = (millis: EpochMillis): string =>
  new Date(millis).toISOString().slice(0, 16).replace('T', ' ');
