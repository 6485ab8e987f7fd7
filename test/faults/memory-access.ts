import type { GatedKey, KeyGate, Refusal } from '../../functions/app-store-connect/key-gate.ts';
import type { StoredKey } from '../../functions/app-store-connect/key-store.ts';
import type { Clock } from '../../functions/platform/clock.ts';

const SHUT_MILLIS = 55 * 60_000;
const TRIAL_MILLIS = 5 * 60_000;

/** The gate's rules without DynamoDB, shared by all workers. */
export function createMemoryGate(clock: Clock): KeyGate {
  const items = new Map<string, { versionId: string; shutUntil: number; refusal: Refusal }>();
  const find = ({ secretName, versionId }: GatedKey) => {
    const item = items.get(secretName);
    return item?.versionId === versionId ? item : undefined;
  };
  return {
    enter: async (key) => {
      const item = find(key);
      const now = clock.now();
      if (item === undefined) return { admitted: true, retried: false };
      if (item.shutUntil > now) return { admitted: false, until: item.shutUntil, refusal: item.refusal };
      item.shutUntil = now + TRIAL_MILLIS;
      return { admitted: true, retried: true };
    },
    shut: async ({ secretName, versionId }, refusal) => {
      items.set(secretName, { versionId, shutUntil: clock.now() + SHUT_MILLIS, refusal });
    },
    open: async (key) => {
      if (find(key) !== undefined) items.delete(key.secretName);
    },
  };
}

/** Secrets by name, each with its current version; a rotation puts another one. */
export function createMemorySecrets(first: ReadonlyMap<string, StoredKey>) {
  const secrets = new Map(first);
  const current = async (name: string): Promise<StoredKey> => {
    const stored = secrets.get(name);
    if (stored === undefined) throw new Error(`There is no secret ${name}`);
    return stored;
  };
  return {
    put: (name: string, stored: StoredKey): void => void secrets.set(name, stored),
    store: { current, reread: current, previous: async () => undefined },
  };
}
