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
  const unit = UNITS.find((candidate) => apart >= candidate.millis);
  if (unit === undefined) return 'just now';
  const text = `${Math.floor(apart / unit.millis)} ${unit.name}`;
  return millis <= now ? `${text} ago` : `in ${text}`;
}

/** `1 day`, `2 days`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon 23 Nov`; what is no day stays as it is. */
export function dayLabel(day: string): string {
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()];
  return weekday === undefined ? day : `${weekday} ${shortDay(day)}`;
}

/** `23 Nov` */
export function shortDay(day: string): string {
  const [, month = '', date = ''] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month}`;
}

/** `Monday` */
export const weekdayName = (day: string): string =>
  new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
