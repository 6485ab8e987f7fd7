import assert from 'node:assert/strict';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import type { Actor } from '../../../histories/turns.ts';

/** A call that Apple refused, the same token once more, and a fresh one: see refusal-retries.ts. */
const CALLS_UNTIL_BELIEVED = 3;
/** A request that has taken so long may have no time left for another try: its worker gives up without a verdict. */
const SLOW_MILLIS = 20_000;

/** A worker that Apple has refused, as far as no other key of the secret would do. */
type Refused = { keyId: string; secretName: string; request: string; at: number };

type Known = {
  /** In order. */
  refusals: Refused[];
  /** Secrets under which it was refused and has neither opened the circuit nor been let in since. */
  untold: Map<string, string>;
  /** Secrets whose circuit it has opened and under which it was not let in since. */
  told: Set<string>;
  /** How often something came between its calls: a lost answer, an illness of Apple's, a stop, its death. */
  interruptions: number;
};

/**
 * What a dead key costs. A worker believes the third refusal of a request and opens the key's circuit, which keeps
 * everybody else out; so a dead key is met only by requests that are under way at the same moment. A worker that is
 * interrupted between two refusals takes what it has learned with it, and the next one begins anew.
 */
export class DeadKeys {
  readonly #clock: Clock;
  readonly #known = new Map<Actor, Known>();
  readonly #ended = new Set<Actor>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  #of(actor: Actor): Known {
    const known = this.#known.get(actor) ?? {
      refusals: [],
      untold: new Map(),
      told: new Set(),
      interruptions: 0,
    };
    this.#known.set(actor, known);
    return known;
  }

  /** A worker's calls did not simply follow each other. */
  sawInterruption(actor: Actor): void {
    this.#of(actor).interruptions += 1;
  }

  /** A worker has called Apple with a dead key, and no other key of its secret would do. */
  sawRefusal(actor: Actor, call: { keyId: string; secretName: string; request: string }): void {
    const { keyId, secretName, request } = call;
    const known = this.#of(actor);
    known.refusals.push({ ...call, at: this.#clock.now() });
    // What was under way when the circuit was opened needs no telling.
    if (!known.told.has(secretName)) known.untold.set(secretName, keyId);
    const isSame = (refused: Refused) => refused.keyId === keyId && refused.request === request;
    const [first, ...repeats] = known.refusals.filter(isSame);
    if (first !== undefined && this.#clock.now() - first.at > SLOW_MILLIS) known.interruptions += 1;
    const calls = 1 + repeats.length;
    const most = CALLS_UNTIL_BELIEVED * (1 + known.interruptions);
    assert.ok(
      calls <= most,
      `${actor.name} has sent ${request} ${calls} times with the dead ${keyId}, not ${most}`,
    );
  }

  /** Apple has let a worker in. */
  sawLetIn(actor: Actor, secretName: string): void {
    this.#of(actor).untold.delete(secretName);
    this.#of(actor).told.delete(secretName);
  }

  /** A worker has opened the circuit, or found it open for everybody. */
  sawOpened(actor: Actor, secretName: string): void {
    this.#of(actor).untold.delete(secretName);
    this.#of(actor).told.add(secretName);
  }

  /** A worker has come to its end, other than by dying. */
  sawEnd(actor: Actor): void {
    this.#ended.add(actor);
    const { untold, interruptions } = this.#of(actor);
    for (const keyId of untold.values())
      assert.ok(interruptions > 0, `${actor.name} was refused with ${keyId} and did not open its circuit`);
  }

  /**
   * @param atOnce how many workers may be under way at one moment
   * @param period within which an open circuit keeps everybody out
   */
  judge(atOnce: number, period: number): void {
    const meetings = [...this.#known].flatMap(([actor, { refusals, interruptions }]) => {
      if (interruptions > 0 || !this.#ended.has(actor)) return [];
      return [...new Map(refusals.map((refused) => [refused.keyId, refused])).values()];
    });
    for (const { keyId, at } of meetings) {
      const met = meetings.filter((one) => one.keyId === keyId && one.at >= at && one.at < at + period);
      assert.ok(
        met.length <= atOnce,
        `${met.length} workers that nobody interrupted met the dead ${keyId} within ${period / 60_000} minutes`,
      );
    }
  }
}
