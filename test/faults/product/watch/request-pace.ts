import assert from 'node:assert/strict';
import type { ReadPriority } from '../../../../functions/app-store-connect/rate-limit/read-priority.ts';
import { ASSUMED_MINUTE_LIMIT } from '../../../../functions/app-store-connect/rate-limit/request-pacer.ts';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import type { Actor } from '../../../histories/turns.ts';
import type { Item } from '../../../memory-tables/expressions.ts';

const MINUTE = 60_000;
/** A minute, and the permits that were reserved before. */
const KNOWN_AFTER_MILLIS = MINUTE + 20_000;

type Permit = { at: number; actor: Actor };

/**
 * What the pace of requests promises: nobody calls Apple without a permit of its key's pace, and no 60 seconds hold more
 * permits than a minute allows. Where Apple states another limit than the one that is assumed, each worker may go by the latter once.
 */
export class RequestPace {
  readonly #clock: Clock;
  readonly #permits = new Map<string, Permit[]>();
  /** Permits of each worker that it has not used. */
  readonly #unused = new Map<Actor, number>();
  /** Since when the limit that Apple states for a key is written down for all. */
  readonly #statedAt = new Map<string, number>();
  permits = 0;
  waits = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A worker has asked whether it may call Apple. @param stated the limit of a minute that Apple states, if it does */
  sawTurn(
    actor: Actor,
    keyId: string,
    priority: ReadPriority,
    turn: { retryAt: number | undefined; stated: number | undefined },
  ): void {
    const now = this.#clock.now();
    if (turn.retryAt !== undefined) {
      this.waits += 1;
      return;
    }
    this.permits += 1;
    this.#unused.set(actor, (this.#unused.get(actor) ?? 0) + 1);
    const recent = (this.#permits.get(keyId) ?? []).filter(({ at }) => at > now - MINUTE);
    recent.push({ at: now, actor });
    this.#permits.set(keyId, recent);
    // Before everybody knows what Apple states they go by what is assumed; later, whoever starts cold asks once by that.
    const workers = new Set(recent.map((permit) => permit.actor)).size;
    const isKnown = now - (this.#statedAt.get(keyId) ?? now) > KNOWN_AFTER_MILLIS;
    const most =
      isKnown && turn.stated !== undefined ? turn.stated + workers : ASSUMED_MINUTE_LIMIT[priority];
    assert.ok(
      recent.length <= most,
      `${recent.length} permits of ${keyId} within a minute, by ${workers} workers, not ${most}`,
    );
  }

  /** An item of a key's pace was written. */
  sawItem({ pk, minute }: Item): void {
    const keyId = String(pk).replace('key#', '');
    if (minute !== undefined && !this.#statedAt.has(keyId)) this.#statedAt.set(keyId, this.#clock.now());
  }

  /** A worker calls Apple. */
  sawCall(actor: Actor, request: string): void {
    const left = (this.#unused.get(actor) ?? 0) - 1;
    this.#unused.set(actor, left);
    assert.ok(left >= 0, `${actor.name} has sent ${request} without a turn in the pace of its key`);
  }

  /** Apple has refused a call: the same one may be sent again at once. */
  sawRefusal(actor: Actor): void {
    this.#unused.set(actor, (this.#unused.get(actor) ?? 0) + 1);
  }
}
