import { type KeyUse, keyUseName } from '../store/key-use.ts';
import {
  auditKey,
  CANDIDATE,
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
 * Puts a label on the old key's version. Where there are as many as may be, the oldest of them makes room: its key can
 * be asked with no more, but people are reminded of it until its rotation is closed.
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
  if (others.length >= MAXIMUM_RETIRING) {
    const rotations = await deps.ledger.rotations(keyUse);
    const replacedAt = (name: string): number =>
      rotations.find((each) => each.oldKeyId !== undefined && retiringLabel(each.oldKeyId) === name)
        ?.promotedAt ?? 0;
    const [oldest] = others.toSorted(([a], [b]) => replacedAt(a) - replacedAt(b));
    if (oldest !== undefined) {
      await deps.labels.remove(secretName, ...oldest);
      deps.log.warn('An old key lost its label, as a secret has room for so many; revoke it by hand', {
        key: keyUseName(keyUse),
        label: oldest[0],
      });
    }
  }
  await deps.labels.move(secretName, label, oldVersionId);
}
