import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';

/** What a write changes; called with the moment at which it takes effect. */
export type Effect = (at: EpochMillis) => void;

/** Writes that were received but take effect later, as when Apple is slower than the client is patient. */
export class DelayedEffects {
  readonly #clock: Clock;
  #waiting: { dueAt: EpochMillis; effect: Effect }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(dueAt: EpochMillis, effect: Effect): void {
    this.#waiting.push({ dueAt, effect });
    this.#waiting.sort((one, other) => one.dueAt - other.dueAt);
  }

  /** Lets everything happen that is due by now, in its order. */
  settle(): void {
    const now = this.#clock.now();
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= now);
    this.#waiting = this.#waiting.filter(({ dueAt }) => dueAt > now);
    for (const { dueAt, effect } of due) effect(dueAt);
  }
}
