import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/secret-unreadable.ts';
import type { StoredKey, WhichVersion } from '../../app-store-connect/auth/stored-key.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { Clock } from '../../platform/util/clock.ts';
import type { KeyLedger } from '../store/key-ledger.ts';
import type { KeyStatus } from '../store/key-status.ts';
import { type KeyUse, keyUseName } from '../store/key-use.ts';
import { keepReadable } from './promote.ts';
import type { StagingLabels } from './staging-labels.ts';

export type ReplacedByHandDependencies = {
  ledger: KeyLedger;
  labels: StagingLabels;
  clock: Clock;
  log: Log;
  /** One version of a secret, past every cache. */
  readVersion: (secretName: string, which: WhichVersion) => Promise<StoredKey>;
  /** The version that held AWSCURRENT before the present one; `undefined` where there is none. */
  readPrevious: (secretName: string) => Promise<StoredKey | undefined>;
};

/**
 * Takes up the former keys of a secret that somebody overwrote by hand, as if a rotation had replaced them: each keeps
 * a label, so that its version stays readable through further replacements, and is followed until Apple refuses it.
 *
 * Two former keys can be seen: the one of AWSPREVIOUS, and the one that the last check found in use.
 */
export async function noteReplacedByHand(
  deps: ReplacedByHandDependencies,
  keyUse: KeyUse,
  seen: {
    earlier: KeyStatus | undefined;
    stored: StoredKey;
    previous: KeyStatus['previous'];
  },
): Promise<void> {
  const { stored, previous } = seen;
  const rotations = await deps.ledger.rotations(keyUse);
  const followed = new Set(rotations.flatMap(({ oldKeyId }) => oldKeyId ?? []));
  const replacedBy = new Set(rotations.map(({ keyId }) => keyId));
  const before = previous?.accepted === true ? await deps.readPrevious(keyUse.secretName) : undefined;
  const earlier = seen.earlier?.key;
  // The key that the last check saw was replaced by the one before the present one, or by that itself.
  const successor = before !== undefined && before.key.keyId !== earlier?.keyId ? before : stored;
  const former: { keyId: string; versionId: string; successor: StoredKey }[] = [
    ...(before === undefined ? [] : [{ ...before.key, versionId: before.versionId, successor: stored }]),
    ...(earlier === undefined ? [] : [{ ...earlier, successor }]),
  ];
  for (const { keyId, versionId, successor: next } of former) {
    const isFollowed = followed.has(keyId) || keyId === stored.key.keyId || keyId === next.key.keyId;
    // A rotation record is named by the new key; one that is there tells of another old key.
    if (isFollowed || replacedBy.has(next.key.keyId)) continue;
    if (!(await isReadable(deps, keyUse, versionId))) continue;
    await keepReadable(deps, keyUse, { oldKeyId: keyId, oldVersionId: versionId });
    const now = deps.clock.now();
    await deps.ledger.beginRotation({
      team: keyUse.team,
      job: keyUse.job,
      keyId: next.key.keyId,
      versionId: next.versionId,
      thumbprint: next.key.thumbprint,
      oldKeyId: keyId,
      oldVersionId: versionId,
      revoked: false,
      requestedBy: 'by hand, noticed by the daily check',
      state: 'promoted',
      startedAt: next.versionCreatedAt,
      promotedAt: Math.min(next.versionCreatedAt, now),
    });
    followed.add(keyId);
    deps.log.info('A key was replaced by hand; its former key is followed until Apple refuses it', {
      key: keyUseName(keyUse),
      keyId: next.key.keyId,
      oldKeyId: keyId,
    });
  }
}

/** Secrets Manager removes a version without labels sooner or later. */
async function isReadable(
  { readVersion }: ReplacedByHandDependencies,
  { secretName }: KeyUse,
  VersionId: string,
): Promise<boolean> {
  try {
    await readVersion(secretName, { VersionId });
    return true;
  } catch (error) {
    if (error instanceof KeySecretError || error instanceof KeySecretUnreadableError) return false;
    throw error;
  }
}
