import { type KeyUse, keyUseName } from '../store/key-use.ts';
import {
  auditKey,
  CANDIDATE,
  MAXIMUM_LABELS,
  MAXIMUM_RETIRING,
  RETIRING,
  type Rotation,
  retiringLabel,
} from '../store/rotation.ts';
import type { RotationDependencies } from './rotation-dependencies.ts';

type PromoteDependencies = Pick<RotationDependencies, 'audit' | 'clock' | 'labels' | 'ledger' | 'log'>;

/**
 * Makes a tested key the current one. Every step finds out by itself whether it was done before, so whoever comes
 * after a death repeats them all; after each the jobs have a key that works.
 *
 * @returns the rotation, promoted
 */
export async function promote(
  deps: PromoteDependencies,
  { secretName, ...keyUse }: Pick<KeyUse, 'team' | 'job' | 'secretName'>,
  rotation: Rotation,
): Promise<Rotation> {
  const { versionId, oldKeyId, oldVersionId, revoked } = rotation;
  // mutation: promote-once
  if (rotation.state !== 'promoting') return rotation;
  await deps.audit(auditKey(rotation, '1-promoted'), { step: 'promoted', ...rotation, state: 'promoted' });
  if (oldKeyId !== undefined && oldVersionId !== undefined)
    await keepReadable(deps, { secretName, ...keyUse }, { oldKeyId, oldVersionId });
  const current = await deps.labels.holder(secretName, 'AWSCURRENT');
  // Somebody may have gone on to yet another key since: a rotation that was cut short must not undo that.
  // mutation: not-overtaken
  if (current === oldVersionId || current === versionId || oldVersionId === undefined)
    // mutation: move-current
    await deps.labels.moveFrom(secretName, 'AWSCURRENT', current, versionId);
  else
    deps.log.warn('A later rotation has overtaken this one', {
      key: keyUseName(keyUse),
      keyId: rotation.keyId,
    });
  if (revoked && oldVersionId !== undefined)
    await deps.labels.remove(secretName, 'AWSPREVIOUS', oldVersionId);
  await deps.labels.remove(secretName, CANDIDATE, versionId);
  const promotedAt = deps.clock.now();
  await deps.ledger.moveRotation(rotation, { state: 'promoted', promotedAt });
  deps.log.info('A new key is in use', { key: keyUseName(keyUse), keyId: rotation.keyId, oldKeyId });
  return { ...rotation, state: 'promoted', promotedAt };
}

/**
 * Puts a label on the old key's version. Where there are as many as may be, the oldest of them make room: their keys can
 * be asked with no more, but people are reminded of them until their rotations are closed. A secret whose labels other
 * tools hold has none left for the old key; that stops no rotation.
 */
export async function keepReadable(
  deps: Pick<PromoteDependencies, 'labels' | 'ledger' | 'log'>,
  keyUse: Pick<KeyUse, 'team' | 'job' | 'secretName'>,
  { oldKeyId, oldVersionId }: { oldKeyId: string; oldVersionId: string },
): Promise<void> {
  const { secretName } = keyUse;
  const label = retiringLabel(oldKeyId);
  const labels = await deps.labels.all(secretName);
  const others = [...labels].filter(([name]) => name.startsWith(RETIRING) && name !== label);
  // AWSPREVIOUS is put on the version that AWSCURRENT leaves.
  const added = [label, 'AWSPREVIOUS'].filter((name) => !labels.has(name)).length;
  const excess = Math.max(0, others.length + 1 - MAXIMUM_RETIRING, labels.size + added - MAXIMUM_LABELS);
  if (excess > 0) await dropOldest(deps, keyUse, others, excess);
  if (excess > others.length) {
    deps.log.warn(
      'The secret has no label left for the old key, as other tools hold them; revoke it by hand',
      {
        key: keyUseName(keyUse),
        oldKeyId,
      },
    );
    return;
  }
  await deps.labels.move(secretName, label, oldVersionId);
}

/** Takes the labels off the versions whose keys were replaced first. */
async function dropOldest(
  deps: Pick<PromoteDependencies, 'labels' | 'ledger' | 'log'>,
  keyUse: Pick<KeyUse, 'team' | 'job' | 'secretName'>,
  retiring: readonly [label: string, versionId: string][],
  count: number,
): Promise<void> {
  const rotations = await deps.ledger.rotations(keyUse);
  const replacedAt = (name: string): number =>
    rotations.find((each) => each.oldKeyId !== undefined && retiringLabel(each.oldKeyId) === name)
      ?.promotedAt ?? 0;
  const oldestFirst = retiring.toSorted(([a], [b]) => replacedAt(a) - replacedAt(b));
  for (const [label, versionId] of oldestFirst.slice(0, count)) {
    await deps.labels.remove(keyUse.secretName, label, versionId);
    deps.log.warn('An old key lost its label, as a secret has room for so many; revoke it by hand', {
      key: keyUseName(keyUse),
      label,
    });
  }
}
