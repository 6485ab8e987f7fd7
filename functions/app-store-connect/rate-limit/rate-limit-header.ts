type Counter = {
  /** Requests in any rolling hour or minute. */
  limit: number;
  /** How many of them are left. */
  remaining: number;
};

/** Apple's own count for a key: by the hour, and by the minute where Apple says so. Source: "Identifying Rate Limits". */
export type RateLimit = Counter & { minute?: Counter };

/**
 * Reads `X-Rate-Limit: user-hour-lim:3500;user-hour-rem:500;`. The last `;` may be absent, `user-minute-lim/rem`
 * may stand beside; numbers are read, never assumed.
 */
export function parseRateLimit(header: string | null): RateLimit | undefined {
  if (header === null) return undefined;
  const counters = new Map(
    header.split(';').map((part) => {
      const [name = '', value = ''] = part.split(':');
      return [name.trim().toLowerCase(), Number.parseInt(value, 10)] as const;
    }),
  );
  const counter = (period: 'hour' | 'minute'): Counter | undefined => {
    const limit = counters.get(`user-${period}-lim`) ?? Number.NaN;
    const remaining = counters.get(`user-${period}-rem`) ?? Number.NaN;
    return !Number.isSafeInteger(limit) || !Number.isSafeInteger(remaining) || limit < 0 || remaining < 0
      ? undefined
      : { limit, remaining };
  };
  const minute = counter('minute');
  const hour = counter('hour');
  return hour === undefined ? undefined : { ...hour, ...(minute !== undefined && { minute }) };
}

/** Work that waits longer for one header's word would be forgotten. */
const LONGEST_WAIT_MILLIS = 24 * 3_600_000;

/**
 * How long `Retry-After` asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110 section 10.2.3).
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Math.min(LONGEST_WAIT_MILLIS, Number(header.trim()) * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.min(LONGEST_WAIT_MILLIS, Math.max(0, at - now));
}
