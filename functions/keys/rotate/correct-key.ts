import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/secret-unreadable.ts';
import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import { explain } from '../../app-store-connect/explain-error.ts';
import type { Settings } from '../../platform/config/settings.ts';
import { accepted, type Checked, rejected } from '../../platform/validation/checked.ts';
import { type KeyUse, keyUseName } from '../store/key-use.ts';
import { CANDIDATE } from '../store/rotation.ts';
import { messagesOf, type RotateAnswer } from './rotate-answer.ts';
import type { RotationDependencies } from './rotation-dependencies.ts';
import { testCandidate } from './test-candidate.ts';

/**
 * Puts the key in use back with other fields beside it (role, day of creation, issuer, kind), after a test. It is no
 * rotation: there is no old key to revoke, and the fallback stays the key before.
 */
export async function correctKey(
  deps: RotationDependencies & { settings: Settings },
  keyUse: KeyUse,
  request: { keyId: string; confirmedRole?: string | undefined; otherTeam: boolean; requestedBy: string },
): Promise<RotateAnswer> {
  const { secretName } = keyUse;
  const { keyId } = request;
  const labels = await deps.labels.all(secretName);
  const [from, to] = [labels.get('AWSCURRENT'), labels.get(CANDIDATE)];
  const [current, read] = [
    await readVersion(deps, secretName, from),
    await readVersion(deps, secretName, to),
  ];
  // A repeat after it was done, or after a death before the label was taken off.
  if (to === undefined || to === from) return { status: 'promoted', keyId };
  if (read.kind === 'rejected') {
    const reason = messagesOf(read.problems);
    return { status: 'rejected', keyId, reason, diagnoses: [] };
  }
  const candidate = read.value;
  const isSame =
    candidate.key.keyId === keyId &&
    (current.kind === 'rejected' || current.value.key.thumbprint === candidate.key.thumbprint);
  if (!isSame) {
    const reason = `The correction holds another key than ${secretName} has in use; to put another key in use: asc-jobs keys rotate.`;
    return { status: 'rejected', keyId, reason, diagnoses: [] };
  }
  // The role of a key in use is a statement, not a promotion: it may be corrected to what it is.
  const confirmedRole = request.confirmedRole ?? candidate.key.role;
  const verdict = await testCandidate(deps, keyUse, candidate, { ...request, confirmedRole });
  const isStatement =
    verdict.kind !== 'good' && current.kind === 'ok' && isOnlyStated(current.value, candidate);
  if (verdict.kind === 'unknown' && !isStatement) return { status: 'waiting', ...verdict.answer };
  if (verdict.kind === 'refused' && !isStatement) return { status: 'rejected', ...verdict.answer };
  await deps.audit(
    `audit/keys/${keyUse.team}/${keyUse.job}/${keyId}/correction-${candidate.versionId}.json`,
    {
      step: 'corrected',
      team: keyUse.team,
      job: keyUse.job,
      keyId,
      versionId: candidate.versionId,
      requestedBy: request.requestedBy,
      correctedAt: deps.clock.now(),
    },
  );
  const fallback = labels.get('AWSPREVIOUS');
  await deps.labels.moveFrom(secretName, 'AWSCURRENT', from, candidate.versionId);
  // Secrets Manager has moved AWSPREVIOUS to the uncorrected version, which is no fallback.
  if (fallback !== undefined && fallback !== candidate.versionId)
    await deps.labels.move(secretName, 'AWSPREVIOUS', fallback);
  await deps.labels.remove(secretName, CANDIDATE, candidate.versionId);
  deps.log.info('A secret was corrected', { key: keyUseName(keyUse), keyId });
  return { status: 'promoted', keyId };
}

/** Only role and day of creation differ: statements, which no test at Apple can show to be right or wrong. */
function isOnlyStated(current: StoredKey, candidate: StoredKey): boolean {
  const issuerOf = ({ key }: StoredKey) => (key.kind === 'team' ? key.issuerId : undefined);
  return current.key.kind === candidate.key.kind && issuerOf(current) === issuerOf(candidate);
}

/** A version, or why it holds no key. */
async function readVersion(
  deps: Pick<RotationDependencies, 'readVersion'>,
  secretName: string,
  VersionId: string | undefined,
): Promise<Checked<StoredKey>> {
  if (VersionId === undefined) return rejected(secretName, 'There is no such version.');
  try {
    return accepted(await deps.readVersion(secretName, { VersionId }));
  } catch (error) {
    if (error instanceof KeySecretError) return rejected(secretName, error.message);
    if (error instanceof KeySecretUnreadableError && error.problem === 'missing')
      return rejected(secretName, explain(error)[0]?.fix ?? error.message);
    throw error;
  }
}
