import {
  COOL_DOWN_MILLIS,
  type KeyCircuitBreaker,
  type KeyVersion,
  PROBE_MILLIS,
  type Refusal,
} from '../../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import {
  KeySecretUnreadableError,
  type KeyStore,
  READ_AGAIN_AFTER_MILLIS,
  type StoredKey,
  type WhichVersion,
} from '../../../functions/app-store-connect/auth/key-store.ts';
import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';

/** The gate's rules without DynamoDB, shared by all workers. */
export function createMemoryCircuitBreaker(clock: Clock): KeyCircuitBreaker {
  const items = new Map<string, { versionId: string; shutUntil: number; refusal: Refusal }>();
  const find = ({ secretName, versionId }: KeyVersion) => {
    const item = items.get(secretName);
    return item?.versionId === versionId ? item : undefined;
  };
  return {
    allowRequest: async (key) => {
      const item = find(key);
      const now = clock.now();
      if (item === undefined) return { kind: 'allowed', halfOpen: false };
      if (item.shutUntil > now) return { kind: 'denied', retryAt: item.shutUntil, refusal: item.refusal };
      item.shutUntil = now + PROBE_MILLIS;
      return { kind: 'allowed', halfOpen: true };
    },
    recordFailure: async ({ secretName, versionId }, refusal) => {
      items.set(secretName, { versionId, shutUntil: clock.now() + COOL_DOWN_MILLIS, refusal });
    },
    recordSuccess: async (key) => {
      if (find(key) !== undefined) items.delete(key.secretName);
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
