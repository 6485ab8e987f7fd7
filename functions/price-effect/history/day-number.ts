import { DAY_MILLIS } from '../../platform/util/time.ts';

/** Days since 1970 of a day `YYYY-MM-DD`: days are counted as whole numbers, so that windows are sums over a list. */
export const dayNumber = (day: string): number => Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MILLIS);

/** The inverse: `YYYY-MM-DD`. */
export const dayOf = (number: number): string => new Date(number * DAY_MILLIS).toISOString().slice(0, 10);
