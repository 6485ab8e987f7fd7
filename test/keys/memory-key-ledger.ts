import { CLAIM_MILLIS, type KeyLedger, type NoticeId } from '../../functions/keys/store/key-ledger.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import type { KeyUse } from '../../functions/keys/store/key-use.ts';
import type { Rotation } from '../../functions/keys/store/rotation.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';

/** Everything a {@link memoryKeyLedger} holds. */
export type KeyLedgerData = {
  statuses: Map<string, KeyStatus>;
  /** By place and new key. */
  rotations: Map<string, Rotation>;
  notices: Map<string, { claimedUntil: number; sentAt?: number }>;
};

export const emptyKeyLedger = (): KeyLedgerData => ({
  statuses: new Map(),
  rotations: new Map(),
  notices: new Map(),
});

const placeOf = ({ team, job }: Pick<KeyUse, 'team' | 'job'>): string => `${team}/${job}`;
const rotationOf = (rotation: Pick<Rotation, 'team' | 'job' | 'keyId'>): string =>
  `${placeOf(rotation)}/${rotation.keyId}`;
const noticeOf = ({ keyId, step }: NoticeId): string => `${keyId}#${step}`;

/**
 * The key ledger's contract in memory.
 *
 * @param sawRotation told of every rotation that was written, with the one before it
 */
export function memoryKeyLedger(
  { statuses, rotations, notices }: KeyLedgerData,
  clock: Clock,
  sawRotation: (before: Rotation | undefined, after: Rotation) => void = () => undefined,
): KeyLedger {
  const put = (rotation: Rotation): Rotation => {
    const before = rotations.get(rotationOf(rotation));
    rotations.set(rotationOf(rotation), rotation);
    sawRotation(before, rotation);
    return structuredClone(rotation);
  };
  return {
    status: async (keyUse) => structuredClone(statuses.get(placeOf(keyUse))),
    putStatus: async (status) => void statuses.set(placeOf(status), structuredClone(status)),
    claimNotice: async (id) => {
      const known = notices.get(noticeOf(id));
      const now = clock.now();
      if (known?.sentAt !== undefined) return 'sent';
      if (known !== undefined && known.claimedUntil > now) return 'taken';
      notices.set(noticeOf(id), { claimedUntil: now + CLAIM_MILLIS });
      return 'won';
    },
    noteSent: async (id) => {
      if (notices.get(noticeOf(id))?.sentAt === undefined)
        notices.set(noticeOf(id), { claimedUntil: 0, sentAt: clock.now() });
    },
    rotation: async (keyUse, keyId) => structuredClone(rotations.get(rotationOf({ ...keyUse, keyId }))),
    rotations: async (keyUse) =>
      structuredClone([...rotations.values()].filter((one) => placeOf(one) === placeOf(keyUse))),
    beginRotation: async (rotation) => {
      const known = rotations.get(rotationOf(rotation));
      if (known !== undefined && known.state !== 'rejected') return structuredClone(known);
      return put({ ...known, ...rotation });
    },
    moveRotation: async (rotation, change) => {
      const known = rotations.get(rotationOf(rotation));
      if (known?.state !== rotation.state) return false;
      put({ ...known, ...change });
      return true;
    },
  };
}
