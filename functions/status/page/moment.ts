import { DAY_MILLIS, formatMinute, HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';

/** A moment as `2026-11-24 17:07 UTC`. */
export const momentOf = (millis: number): string => `${formatMinute(millis)} UTC`;

const UNITS = [
  { millis: DAY_MILLIS, name: 'd' },
  { millis: HOUR_MILLIS, name: 'h' },
  { millis: MINUTE_MILLIS, name: 'min' },
];

/** How long ago, or in how long: `3 h ago`, `in 2 d`. */
export function distance(millis: number, now: number): string {
  const apart = Math.abs(now - millis);
  const unit = UNITS.find((one) => apart >= one.millis);
  if (unit === undefined) return 'just now';
  const text = `${Math.floor(apart / unit.millis)} ${unit.name}`;
  return millis <= now ? `${text} ago` : `in ${text}`;
}

/** `1 day`, `2 days`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
