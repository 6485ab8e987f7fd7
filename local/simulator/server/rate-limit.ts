import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../rules/time.ts';

export type RateLimits = {
  /** Requests a key may make in any rolling hour. */
  hour: number;
  /** Requests a key may make in any rolling minute, if Apple should count minutes too. */
  minute?: number;
};

/** What a key has left, and when a refused one may come back. */
export type Budget = {
  allowed: boolean;
  hourRemaining: number;
  minuteRemaining: number | undefined;
  /** When the next request would be allowed; the present moment if it is allowed now. */
  freeAt: EpochMillis;
};

/** `user-minute-lim:250;user-minute-rem:244;` */
export const minuteHeader = (limit: number, remaining: number): string =>
  `user-minute-lim:${limit};user-minute-rem:${remaining};`;

/** Counts some requests of each key over a rolling minute. A refused request costs nothing. */
export class MinuteCounter {
  readonly #spent = new Map<string, EpochMillis[]>();

  spend(keyId: string, limit: number, now: EpochMillis): { allowed: boolean; freeAt: EpochMillis } {
    const moments = this.#recent(keyId, now);
    const oldest = moments[moments.length - limit];
    if (moments.length >= limit) return { allowed: false, freeAt: (oldest ?? now) + MINUTE_MILLIS };
    moments.push(now);
    return { allowed: true, freeAt: now };
  }

  remaining(keyId: string, limit: number, now: EpochMillis): number {
    return Math.max(0, limit - this.#recent(keyId, now).length);
  }

  #recent(keyId: string, now: EpochMillis): EpochMillis[] {
    const moments = (this.#spent.get(keyId) ?? []).filter((at) => at > now - MINUTE_MILLIS);
    this.#spent.set(keyId, moments);
    return moments;
  }
}

/**
 * Counts the requests of each key over a rolling hour (page "Identifying Rate Limits": the limit is per key, the
 * header `X-Rate-Limit` tells limit and remainder). A refused request costs nothing.
 */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #spent = new Map<string, EpochMillis[]>();

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** Takes one request out of the key's budget, if there is one left. */
  spend(keyId: string, now: EpochMillis): Budget {
    const before = this.budget(keyId, now);
    if (!before.allowed) return before;
    this.#recent(keyId, now).push(now);
    return { ...this.budget(keyId, now), allowed: true };
  }

  /** What the key has left, without taking anything. A key that is not known has all. */
  budget(keyId: string | undefined, now: EpochMillis): Budget {
    const moments = keyId === undefined ? [] : this.#recent(keyId, now);
    const inMinute = moments.filter((at) => at > now - MINUTE_MILLIS);
    const hourRemaining = Math.max(0, this.#limits.hour - moments.length);
    const minuteRemaining =
      this.#limits.minute === undefined ? undefined : Math.max(0, this.#limits.minute - inMinute.length);
    const hourFree =
      hourRemaining > 0 ? now : (moments[moments.length - this.#limits.hour] ?? now) + HOUR_MILLIS;
    const minuteFree =
      minuteRemaining === 0 && this.#limits.minute !== undefined
        ? (inMinute[inMinute.length - this.#limits.minute] ?? now) + MINUTE_MILLIS
        : now;
    return {
      allowed: hourRemaining > 0 && minuteRemaining !== 0,
      hourRemaining,
      minuteRemaining,
      freeAt: Math.max(hourFree, minuteFree),
    };
  }

  /** Makes as if the key had just used all but so many requests of its hour. */
  leave(keyId: string, remaining: number, now: EpochMillis): void {
    this.#spent.set(keyId, new Array(Math.max(0, this.#limits.hour - remaining)).fill(now));
  }

  /** The header's parts, in Apple's own form: `user-hour-lim:3500;user-hour-rem:500;`. */
  headerParts(budget: Budget): string[] {
    const hour = `user-hour-lim:${this.#limits.hour};user-hour-rem:${budget.hourRemaining};`;
    if (budget.minuteRemaining === undefined) return [hour];
    return [hour, minuteHeader(this.#limits.minute ?? 0, budget.minuteRemaining)];
  }

  #recent(keyId: string, now: EpochMillis): EpochMillis[] {
    const moments = (this.#spent.get(keyId) ?? []).filter((at) => at > now - HOUR_MILLIS);
    this.#spent.set(keyId, moments);
    return moments;
  }
}
