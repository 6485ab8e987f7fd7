import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/secret-unreadable.ts';
import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import type { Diagnosis } from '../../app-store-connect/diagnosis/diagnosis.ts';
import { explain } from '../../app-store-connect/explain-error.ts';
import type { Problem } from '../../platform/errors.ts';
import { accepted, type Checked } from '../../platform/validation/checked.ts';
import { CANDIDATE } from '../store/rotation.ts';
import type { RotationDependencies } from './rotation-dependencies.ts';

type CandidateProblem = Problem & { diagnoses: readonly Diagnosis[] };

/** The new key of a secret, under the label CANDIDATE, or why nothing can be rotated to it. */
export async function readCandidate(
  deps: Pick<RotationDependencies, 'readVersion'>,
  secretName: string,
  keyId: string,
): Promise<Checked<StoredKey, CandidateProblem>> {
  const rejected = (message: string, diagnoses: readonly Diagnosis[] = []) =>
    ({ kind: 'rejected', problems: [{ path: secretName, message, diagnoses }] }) as const;
  try {
    const candidate = await deps.readVersion(secretName, { VersionStage: CANDIDATE });
    if (candidate.key.keyId === keyId) return accepted(candidate);
    return rejected(
      `The version under the label ${CANDIDATE} of ${secretName} holds key ${candidate.key.keyId}, not ${keyId}: another rotation is under way, or was given up. Put the new key there again (asc-jobs keys rotate).`,
    );
  } catch (error) {
    if (error instanceof KeySecretError) return rejected(error.message, explain(error));
    if (error instanceof KeySecretUnreadableError && error.problem === 'missing')
      return rejected(
        `The secret ${secretName} has no version under the label ${CANDIDATE}. Put the new key there first (asc-jobs keys rotate does).`,
      );
    throw error;
  }
}
