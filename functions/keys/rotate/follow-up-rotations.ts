import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/secret-unreadable.ts';
import { stillAccepted } from '../check/probe.ts';
import { closedNotice, revokeNotice } from '../notices/notices.ts';
import { sendOnce } from '../notices/send-notice.ts';
import { type KeyUse, keyUseName } from '../store/key-use.ts';
import { auditKey, type Rotation, retiringLabel } from '../store/rotation.ts';
import { afterCheck, isRevoked, type OldKeyView } from './old-key-view.ts';
import { promote } from './promote.ts';
import type { RotationDependencies } from './rotation-dependencies.ts';

/** What a check has found out about the previous key already, so that it is not asked with twice. */
export type KnownPrevious = { keyId: string } & OldKeyView;

/**
 * A former key that is to be revoked. `since`: when it was replaced. `accepted`: whether the last check that could ask
 * found it let in; `undefined` where none could.
 */
export type OldKey = { keyId: string; accepted: boolean | undefined; since: number };

/**
 * Takes every open rotation of a key a step further: one that was cut short is finished; one whose old key Apple
 * has refused in two checks is closed; of one whose old key is still valid people are reminded.
 *
 * @returns the old keys that open rotations are about
 */
export async function followUpRotations(
  deps: RotationDependencies,
  keyUse: KeyUse,
  known?: KnownPrevious,
): Promise<OldKey[]> {
  const oldKeys: OldKey[] = [];
  for (const rotation of await deps.ledger.rotations(keyUse)) {
    if (rotation.state !== 'promoting' && rotation.state !== 'promoted') continue;
    const promoted = await promote(deps, keyUse, rotation);
    const { accepted, refusedSince } = await followUp(deps, keyUse, promoted, known);
    const { oldKeyId, promotedAt = deps.clock.now() } = promoted;
    if (oldKeyId !== undefined)
      oldKeys.push({
        keyId: oldKeyId,
        accepted: refusedSince === undefined ? accepted : false,
        since: promotedAt,
      });
  }
  return oldKeys;
}

async function followUp(
  deps: RotationDependencies,
  keyUse: KeyUse,
  rotation: Rotation,
  known: KnownPrevious | undefined,
): Promise<OldKeyView> {
  const view = await oldKeyView(deps, keyUse, rotation, known);
  const { accepted } = view;
  // mutation: old-key-refused
  if (isRevoked(view)) await closeRotation(deps, keyUse, rotation);
  else await noteRefusal(deps, keyUse, rotation, view);
  const isLost = accepted === undefined && (await hasLostItsLabel(deps, keyUse, rotation));
  const notice = accepted === true || isLost ? revokeNotice(rotation, deps.clock.now()) : undefined;
  if (notice !== undefined) await sendOnce(deps, notice);
  return view;
}

/** Whether the old key's version is labelled no more, so that nobody can find out whether Apple still accepts it. */
async function hasLostItsLabel(
  { labels }: RotationDependencies,
  { secretName }: KeyUse,
  { oldKeyId, oldVersionId }: Rotation,
): Promise<boolean> {
  if (oldKeyId === undefined) return false;
  return (await labels.holder(secretName, retiringLabel(oldKeyId))) !== oldVersionId;
}

/** Writes down that Apple refused the old key, or lets it in again: the next check compares with it. */
async function noteRefusal(
  deps: RotationDependencies,
  keyUse: KeyUse,
  rotation: Rotation,
  { refusedSince }: OldKeyView,
): Promise<void> {
  if (refusedSince === rotation.oldKeyRefusedSince) return;
  await deps.ledger.moveRotation(rotation, { state: rotation.state, oldKeyRefusedSince: refusedSince });
  deps.log.info(
    refusedSince === undefined
      ? 'Apple accepts the old key again'
      : 'Apple refused the old key; the rotation is closed if a check some hours later is refused, too',
    { key: keyUseName(keyUse), keyId: rotation.keyId, oldKeyId: rotation.oldKeyId },
  );
}

async function oldKeyView(
  deps: RotationDependencies,
  keyUse: KeyUse,
  { oldKeyId, oldVersionId, oldKeyRefusedSince, startedAt }: Rotation,
  known: KnownPrevious | undefined,
): Promise<OldKeyView> {
  // Without an old key there is nothing to revoke.
  if (oldKeyId === undefined || oldVersionId === undefined)
    return { accepted: false, refusedSince: startedAt };
  if (known?.keyId === oldKeyId) return known;
  const earlier = { refusedSince: oldKeyRefusedSince };
  try {
    const old = await deps.readVersion(keyUse.secretName, { VersionId: oldVersionId });
    return afterCheck(earlier, await stillAccepted(deps, keyUse, old), deps.clock.now());
  } catch (error) {
    if (!(error instanceof KeySecretError || error instanceof KeySecretUnreadableError)) throw error;
    deps.log.warn('The old key cannot be read, so Apple cannot be asked whether it is revoked', {
      key: keyUseName(keyUse),
      oldKeyId,
      error,
    });
    return afterCheck(earlier, undefined, deps.clock.now());
  }
}

/** The old key is revoked: record, labels, state, message, each harmless to repeat. */
async function closeRotation(deps: RotationDependencies, keyUse: KeyUse, rotation: Rotation): Promise<void> {
  const { oldKeyId, oldVersionId } = rotation;
  const closedAt = deps.clock.now();
  await deps.audit(auditKey(rotation, '2-closed'), {
    step: 'closed',
    ...rotation,
    state: 'closed',
    closedAt,
  });
  if (oldKeyId !== undefined && oldVersionId !== undefined) {
    await deps.labels.remove(keyUse.secretName, retiringLabel(oldKeyId), oldVersionId);
    // A key that Apple refuses is no fallback any more.
    await deps.labels.remove(keyUse.secretName, 'AWSPREVIOUS', oldVersionId);
    // Whoever is at it may die: until it is known to be sent, the next check comes back to this rotation.
    // mutation: close-after-notice
    if (!(await sendOnce(deps, closedNotice(rotation, oldKeyId)))) return;
  }
  await deps.ledger.moveRotation(rotation, { state: 'closed', closedAt });
  deps.log.info('A rotation is closed', { key: keyUseName(keyUse), keyId: rotation.keyId, oldKeyId });
}
