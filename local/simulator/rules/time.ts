export const MINUTE_MILLIS = 60_000;
export const HOUR_MILLIS = 60 * MINUTE_MILLIS;
export const DAY_MILLIS = 24 * HOUR_MILLIS;

/** Apple's business days begin and end in this time zone. */
export const PACIFIC_TIME_ZONE = 'America/Los_Angeles';
