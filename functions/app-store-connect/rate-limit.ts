/** Apple's own count for a key. Source: "Identifying Rate Limits". */
export type RateLimit = {
  /** Requests in any rolling hour. */
  limit: number;
  /** How many of them are left. */
  remaining: number;
};

/**
 * Reads `X-Rate-Limit: user-hour-lim:3500;user-hour-rem:500;`. The last `;` may be absent, other counters
 * (`user-minute-…`) may stand beside; numbers are read, never assumed.
 */
export function parseRateLimit(header: string | null): RateLimit | undefined {
  if (header === null) return undefined;
  const counters = new Map(
    header.split(';').map((part) => {
      const [name = '', value = ''] = part.split(':');
      return [name.trim().toLowerCase(), Number.parseInt(value, 10)] as const;
    }),
  );
  const limit = counters.get('user-hour-lim');
  const remaining = counters.get('user-hour-rem');
  return limit === undefined || remaining === undefined || Number.isNaN(limit) || Number.isNaN(remaining)
    ? undefined
    : { limit, remaining };
}

/**
 * How long `Retry-After` asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110 section 10.2.3).
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header.trim()) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
