import {
  COOL_DOWN_MILLIS,
  type KeyCircuitBreaker,
  type KeyVersion,
  PROBE_MILLIS,
  type Refusal,
} from '../../../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import type { AcceptedKey } from '../../../../functions/app-store-connect/auth/key-history.ts';
import { READ_AGAIN_AFTER_MILLIS } from '../../../../functions/app-store-connect/auth/key-store.ts';
import { KeySecretUnreadableError } from '../../../../functions/app-store-connect/auth/secret-unreadable.ts';
import type {
  KeyStore,
  StoredKey,
  WhichVersion,
} from '../../../../functions/app-store-connect/auth/stored-key.ts';
import type { Clock, EpochMillis } from '../../../../functions/platform/util/clock.ts';

/** Less than the day within which an acceptance speaks against a single refusal. */
export const LATELY_MILLIS = 23 * 60 * 60_000;

/**
 * What Apple has last accepted under each secret, and since when every worker is told of an acceptance that is young enough
 * to speak against a single refusal.
 */
export type KeyHistory = Map<string, { accepted: AcceptedKey; since: EpochMillis }>;

/** The circuit breaker's rules without DynamoDB, shared by all workers. */
export function createMemoryCircuitBreaker(clock: Clock, history: KeyHistory = new Map()): KeyCircuitBreaker {
  const open = new Map<string, { versionId: string; openUntil: number; refusal: Refusal }>();
  const find = ({ secretName, versionId }: KeyVersion) => {
    const circuit = open.get(secretName);
    return circuit?.versionId === versionId ? circuit : undefined;
  };
  return {
    allowRequest: async (key, probe) => {
      const circuit = find(key);
      const now = clock.now();
      const lastAccepted = history.get(key.secretName)?.accepted;
      if (circuit === undefined) return { kind: 'allowed', lastAccepted };
      if (circuit.openUntil > now)
        return circuit.openUntil === probe?.until
          ? { kind: 'allowed', probe, lastAccepted }
          : { kind: 'denied', retryAt: circuit.openUntil, refusal: circuit.refusal };
      circuit.openUntil = now + PROBE_MILLIS;
      return { kind: 'allowed', probe: { until: circuit.openUntil }, lastAccepted };
    },
    recordFailure: async ({ secretName, versionId }, refusal) => {
      open.set(secretName, { versionId, openUntil: clock.now() + COOL_DOWN_MILLIS, refusal });
    },
    recordSuccess: async (key) => {
      if (find(key) !== undefined) open.delete(key.secretName);
    },
    noteAccepted: async ({ secretName }, accepted) => {
      const before = history.get(secretName);
      const isKept =
        before?.accepted.keyId === accepted.keyId &&
        accepted.acceptedAt - before.accepted.acceptedAt < LATELY_MILLIS;
      const since = isKept ? before.since : clock.now();
      history.set(secretName, { accepted, since });
    },
  };
}

/** What an execution environment remembers of the secrets it has read. */
export type KnownKeys = Map<string, StoredKey & { readAt: EpochMillis }>;

/** The key store's rules without Secrets Manager: `read` is asked for what an environment does not know, or not any more. */
export function createMemoryKeyStore(
  known: KnownKeys,
  clock: Clock,
  read: (secretName: string, which?: WhichVersion) => Promise<StoredKey>,
): KeyStore {
  const reread = async (secretName: string): Promise<StoredKey> => {
    const stored = await read(secretName);
    known.set(secretName, { ...stored, readAt: clock.now() });
    return stored;
  };
  return {
    current: async (secretName) => {
      const stored = known.get(secretName);
      const fresh = stored !== undefined && clock.now() - stored.readAt < READ_AGAIN_AFTER_MILLIS;
      return fresh ? stored : reread(secretName);
    },
    reread,
    previous: async (secretName) => {
      try {
        return await read(secretName, { VersionStage: 'AWSPREVIOUS' });
      } catch (error) {
        if (error instanceof KeySecretUnreadableError && error.problem === 'missing') return undefined;
        throw error;
      }
    },
  };
}
