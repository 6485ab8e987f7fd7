/** A moment as `2026-11-24 17:07 UTC`. */
export const momentOf = (millis: number): string =>
  `${new Date(millis).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const UNITS = [
  { millis: 24 * 3_600_000, name: 'd' },
  { millis: 3_600_000, name: 'h' },
  { millis: 60_000, name: 'min' },
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
