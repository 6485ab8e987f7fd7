import { permitMillisOf } from '../../functions/app-store-connect/rate-limit/permit.ts';
import {
  ASSUMED_MINUTE_LIMIT,
  RESERVATION,
} from '../../functions/app-store-connect/rate-limit/request-pacer.ts';
import { HOUR_MILLIS } from '../../functions/platform/util/time.ts';

/** The pace of each key, by the rules of functions/app-store-connect/rate-limit/request-pacer.ts, without the table behind it. */
export class KeyPace {
  readonly #pacedUntil = new Map<string, number>();
  readonly #requests = new Map<string, number>();

  /** Counts a request. @returns how long it has to wait for its permit */
  pass(key: string, priority: keyof typeof RESERVATION, now: number): number {
    const pacedUntil =
      Math.max(now, this.#pacedUntil.get(key) ?? 0) + permitMillisOf(ASSUMED_MINUTE_LIMIT[priority]);
    this.#pacedUntil.set(key, pacedUntil);
    const hour = `${key} ${Math.floor(now / HOUR_MILLIS)}`;
    this.#requests.set(hour, (this.#requests.get(hour) ?? 0) + 1);
    return Math.max(0, pacedUntil - RESERVATION[priority].ahead - now);
  }

  /** The most requests of a key in an hour, from a moment on. */
  busiestHour(from: number): number {
    let most = 0;
    for (const [hour, count] of this.#requests)
      if (Number(hour.slice(hour.lastIndexOf(' '))) * HOUR_MILLIS >= from - HOUR_MILLIS)
        most = Math.max(most, count);
    return most;
  }
}
