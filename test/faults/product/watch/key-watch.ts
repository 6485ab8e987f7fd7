import type { Rotation } from '../../../../functions/keys/store/rotation.ts';
import type { Notification } from '../../../../functions/platform/aws/sns-notifier.ts';
import type { Actor } from '../../../histories/turns.ts';
import type { DeadKeys } from './dead-keys.ts';
import {
  assertAdmitted,
  assertAskedAgain,
  assertFreshToken,
  assertNewKeyTried,
  assertNotice,
  assertOpenedRightly,
  assertPromoted,
  assertRotationMoves,
  assertRotationsAtRest,
  assertShutRightly,
} from './invariants.ts';
import type { Must, Watched } from './watched.ts';

/** Holds the use of keys, what is written of rotations, and what people are told against the promises of keys. */
export class KeyWatch {
  readonly #at: Watched;
  readonly #must: Must;
  readonly #dead: DeadKeys;
  readonly #refused = new Set<string>();
  readonly #writeTokens = new Set<string>();
  readonly #notices = new Set<string>();
  /** By secret: when it last got another current version, and which. */
  readonly #current = new Map<string, { at: number; versionId: string }>();

  constructor(watched: Watched, dead: DeadKeys, must: Must) {
    this.#at = watched;
    this.#dead = dead;
    this.#must = must;
  }

  /** A worker has found the circuit of a key open. */
  sawOpenCircuit(keyId: string): void {
    this.#must(() => assertShutRightly(keyId, this.#refused.has(keyId)));
  }

  /** A secret got another current version. */
  sawCurrent(secretName: string, versionId: string, rotation: Rotation | undefined): void {
    const last = this.#current.get(secretName);
    this.#current.set(secretName, { at: this.#at.clock.now(), versionId });
    if (rotation === undefined) return;
    this.#must(() =>
      assertPromoted(rotation, { known: this.#at.apple.knows(versionId), changedAt: last?.at ?? 0 }),
    );
  }

  /** The record of a rotation was written. */
  sawRotation(before: Rotation | undefined, after: Rotation): void {
    const { oldKeyId } = after;
    const refused = oldKeyId === undefined || this.#at.apple.revoked.has(oldKeyId);
    this.#must(() => assertRotationMoves(before, after, refused));
  }

  /** A later look of the day has ended well: Apple was asked about each key that the one before it left open. */
  sawLaterCheck(left: readonly string[]): void {
    this.#must(() => assertAskedAgain(left));
  }

  /** People are told something of a key. */
  sawNotice({ id, facts }: Notification): void {
    const inUse = new Set([...this.#current.values()].map(({ versionId }) => versionId));
    // Apple says nothing of a secret that cannot be read.
    const wasRefused = (keyId: unknown) =>
      this.#refused.has(String(keyId)) || !this.#at.apple.knows(String(keyId));
    this.#must(() => assertNotice(id, facts, { sent: this.#notices, inUse, wasRefused }));
    this.#notices.add(id);
  }

  /** All has come to rest: what became of the rotations. */
  judge(rotations: readonly Rotation[], unanswered: number): void {
    assertRotationsAtRest(rotations, {
      unanswered,
      isRefused: (keyId) => this.#at.apple.revoked.has(keyId),
      wasTold: (begin) => [...this.#notices].some((id) => id.startsWith(begin)),
    });
  }

  /** A worker closes the circuit of a key. */
  sawCircuitClosed(keyId: string, wasLetIn: boolean): void {
    this.#must(() => assertOpenedRightly(keyId, wasLetIn));
  }

  /** A worker has come to its end, and did not try these new keys. */
  sawEnd(actor: Actor, untried: ReadonlySet<string>): void {
    this.#must(() => assertNewKeyTried(untried));
    this.#must(() => this.#dead.sawEnd(actor));
  }

  /** A worker calls Apple, which the key's circuit breaker has allowed so many times since its last call. */
  sawCall(passes: number, keyId: string): void {
    this.#must(() => assertAdmitted(passes, keyId));
  }

  /** A write arrives at Apple with this token. */
  sawWriteToken(token: string): void {
    this.#must(() => assertFreshToken(token, this.#writeTokens));
    this.#writeTokens.add(token);
  }

  /** Apple has refused a key. */
  sawRefusal(keyId: string): void {
    this.#refused.add(keyId);
  }

  /** A job has called Apple with a dead key, and no other key of its secret would do. */
  sawUselessCall(actor: Actor, call: { keyId: string; secretName: string; request: string }): void {
    this.sawRefusal(call.keyId);
    this.#must(() => this.#dead.sawRefusal(actor, call));
  }
}
