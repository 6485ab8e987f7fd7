import { DAY_MILLIS } from '../../platform/util/time.ts';

/** Requests of one key in any rolling hour or minute: how many are allowed, and how many are left. */
export type RequestCounter = { limit: number; remaining: number };

/** Apple's own count for a key. Each part is present only where Apple stated it. Source: "Identifying Rate Limits". */
export type RateLimit = { hour?: RequestCounter; minute?: RequestCounter };

/**
 * Reads `X-Rate-Limit` in every form that was seen: `user-hour-lim:3600;user-hour-rem:3577;` on reads,
 * `user-minute-lim:250;user-minute-rem:244;` alone on price writes, and both in one header or in two (`Headers`
 * joins those with a comma). Numbers are read, never assumed.
 *
 * @returns `undefined` where no counter is complete
 */
export function parseRateLimit(header: string | null): RateLimit | undefined {
  const numbers = new Map(
    (header ?? '').split(/[;,]/).map((part) => {
      const [name = '', value = ''] = part.split(':');
      return [name.trim().toLowerCase(), Number.parseInt(value, 10)] as const;
    }),
  );
  const counter = (period: 'hour' | 'minute'): RequestCounter | undefined => {
    const limit = numbers.get(`user-${period}-lim`) ?? Number.NaN;
    const remaining = numbers.get(`user-${period}-rem`) ?? Number.NaN;
    return !Number.isSafeInteger(limit) || !Number.isSafeInteger(remaining) || limit < 0 || remaining < 0
      ? undefined
      : { limit, remaining };
  };
  const [hour, minute] = [counter('hour'), counter('minute')];
  if (hour === undefined && minute === undefined) return undefined;
  return { ...(hour !== undefined && { hour }), ...(minute !== undefined && { minute }) };
}

/** Work that waits longer for one header's word would be forgotten. */
const MAXIMUM_WAIT_MILLIS = DAY_MILLIS;

/**
 * How long `Retry-After` asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110 section 10.2.3).
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Math.min(MAXIMUM_WAIT_MILLIS, Number(header.trim()) * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.min(MAXIMUM_WAIT_MILLIS, Math.max(0, at - now));
}
