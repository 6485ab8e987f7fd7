import type { Clock } from '../../../../functions/platform/util/clock.ts';
import { minuteHeader, RateLimiter } from '../../../../local/simulator/server/rate-limit.ts';
import type { Chance } from '../../../engine/chance.ts';

/** Apple's own for all keys: 3,600 an hour, and 250 a minute of price writes, of which reads hear nothing. */
const APPLES_HOUR = 3_600;
const APPLES_MINUTE = 250;
/** Small enough for the requests of a history to come near. */
const SMALL_HOUR = 150;
const SMALL_MINUTE = 30;

/** How many requests Apple takes of a key, and what it says of that. */
export class RequestLimits {
  readonly #clock: Clock;
  #limiter: RateLimiter;
  #hour: number;
  #statedMinute: number | undefined;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#statedMinute = chance.happens(0.4) ? SMALL_MINUTE : undefined;
    this.#hour = chance.happens(0.3) ? SMALL_HOUR : APPLES_HOUR;
    this.#limiter = new RateLimiter({ hour: this.#hour, minute: APPLES_MINUTE });
  }

  /** Of a minute, where every answer states it. */
  get statedMinute(): number | undefined {
    return this.#statedMinute;
  }

  /** From now on Apple takes of a key what it takes of all. */
  rest(): void {
    this.#hour = APPLES_HOUR;
    this.#statedMinute = undefined;
    this.#limiter = new RateLimiter({ hour: APPLES_HOUR, minute: APPLES_MINUTE });
  }

  /** Counts a request. @returns `false` where it is one too many */
  spend(keyId: string): boolean {
    return this.#limiter.spend(keyId, this.#clock.now()).allowed;
  }

  /** Others use the key, too. */
  useUp(keyId: string, chance: Chance): void {
    this.#limiter.leave(keyId, Math.floor(this.#hour * chance.pick([0, 0.01, 0.05, 0.2])), this.#clock.now());
  }

  header(keyId: string): string {
    const [hour = ''] = this.#limiter.headerParts(this.#limiter.budget(keyId, this.#clock.now()));
    // What others use of a minute is not played: the pace alone is to keep within it.
    return this.#statedMinute === undefined
      ? hour
      : hour + minuteHeader(this.#statedMinute, this.#statedMinute);
  }
}
