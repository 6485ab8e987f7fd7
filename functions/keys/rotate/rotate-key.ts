import * as z from 'zod';
import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import { revokeNotice } from '../notices/notices.ts';
import { sendOnce } from '../notices/send-notice.ts';
import { KEY_JOBS, type KeyUse, keyUsesOf } from '../store/key-use.ts';
import type { Rotation } from '../store/rotation.ts';
import { correctKey } from './correct-key.ts';
import { promote } from './promote.ts';
import { readCandidate } from './read-candidate.ts';
import { messagesOf, type RotateAnswer } from './rotate-answer.ts';
import type { RotationDependencies } from './rotation-dependencies.ts';
import { testCandidate } from './test-candidate.ts';

/** What a person asks for: the new key lies in the secret already, under the label CANDIDATE. */
const rotateRequestSchema = z.strictObject({
  team: z.string(),
  job: z.enum(KEY_JOBS),
  /** The new key; for a correction the one in use. */
  keyId: z.string().regex(/^[A-Z0-9]{10}$/, 'must be the ten capitals and digits of the new key'),
  /** The old key is revoked already, or has leaked: jobs must not fall back to it. */
  revoked: z.boolean().default(false),
  /**
   * The role that the person has seen for this key on Apple's page, such as `APP_MANAGER`. Needed for prices, where no
   * read can prove the right.
   */
  confirmedRole: z.string().max(40).optional(),
  /** The person's word that the secret changes to another team. */
  otherTeam: z.boolean().default(false),
  /** The candidate is the key in use with other fields beside it: role, day of creation, issuer or kind. */
  correction: z.boolean().default(false),
  requestedBy: z.string().max(200).default('unknown'),
});
/** As a caller gives it: what has a default may be absent. */
export type RotateRequest = z.input<typeof rotateRequestSchema>;
type Request = z.output<typeof rotateRequestSchema>;

export function parseRotateRequest(event: unknown): Request {
  const parsed = rotateRequestSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  throw new JobError({
    code: 'ROTATION_INVALID',
    message: `A rotation is asked for as {"team","job":"reports"|"prices","keyId","revoked"?,"confirmedRole"?,"otherTeam"?,"correction"?,"requestedBy"?}: ${problems}`,
    retryable: false,
  });
}

/**
 * Rotates to the key that lies under the label CANDIDATE: test, promote, tell what to revoke.
 *
 * May be repeated with the same key ID at any time, also after it died anywhere: it goes on where it stopped. A key
 * that does not do its job at Apple changes nothing.
 */
export async function rotateKey(
  deps: RotationDependencies & { settings: Settings },
  event: RotateRequest,
): Promise<RotateAnswer> {
  const request = rotateRequestSchema.parse(event);
  const keyUse = useOf(deps.settings, request);
  if (request.correction) return correctKey(deps, keyUse, request);
  const known = await deps.ledger.rotation(keyUse, request.keyId);
  if (known !== undefined && known.state !== 'rejected') return finish(deps, keyUse, known, request.revoked);
  // Seen once: a key that comes into use while this one is tested is neither undone nor asked to be revoked.
  const currentVersionId = await deps.labels.holder(keyUse.secretName, 'AWSCURRENT');
  const inUse = await refuseKeyInUse(deps, keyUse, request.keyId, currentVersionId);
  if (inUse !== undefined) return inUse;
  const read = await readCandidate(deps, keyUse.secretName, request.keyId);
  if (read.kind === 'rejected') {
    const reason = messagesOf(read.problems);
    const diagnoses = read.problems.flatMap((problem) => problem.diagnoses);
    return { status: 'rejected', keyId: request.keyId, reason, diagnoses };
  }
  const candidate = read.value;
  const verdict = await testCandidate(deps, keyUse, candidate, request);
  if (verdict.kind === 'unknown') return { status: 'waiting', ...verdict.answer };
  const rotation = await rotationTo(deps, keyUse, candidate, request, currentVersionId);
  // mutation: candidate-refused
  if (verdict.kind === 'refused') {
    const { reason, diagnoses } = verdict.answer;
    await deps.ledger.beginRotation({ ...rotation, state: 'rejected', reason });
    deps.log.warn('A new key was rejected; nothing was changed', { keyId: request.keyId, diagnoses });
    return { status: 'rejected', ...verdict.answer };
  }
  if (verdict.kind === 'unproved') return { status: 'unproved', ...verdict.answer };
  return finish(deps, keyUse, await deps.ledger.beginRotation(rotation), request.revoked);
}

/** The key in use is no new key: putting it in again would make it look young. */
async function refuseKeyInUse(
  deps: RotationDependencies,
  { secretName }: KeyUse,
  keyId: string,
  versionId: string | undefined,
): Promise<RotateAnswer | undefined> {
  const current = versionId === undefined ? undefined : await readOld(deps, secretName, versionId);
  if (current?.key.keyId !== keyId) return undefined;
  const made = current.key.createdAt === undefined ? '' : ` since Apple made it on ${current.key.createdAt}`;
  const reason = `Key ${keyId} is in use already${made}; its age does not begin anew. To rotate, make a new key on Apple's page. To correct its role, day of creation or issuer: asc-jobs keys correct.`;
  return { status: 'rejected', keyId, reason, diagnoses: [] };
}

async function finish(
  deps: RotationDependencies,
  keyUse: KeyUse,
  rotation: Rotation,
  revoked: boolean,
): Promise<RotateAnswer> {
  const promoted = await promote(deps, keyUse, { ...rotation, revoked: rotation.revoked || revoked });
  const { oldKeyId, oldVersionId, keyId } = promoted;
  // Also when the leak of the old key is noticed only after its rotation.
  if (revoked && oldVersionId !== undefined)
    await deps.labels.remove(keyUse.secretName, 'AWSPREVIOUS', oldVersionId);
  if ((await deps.labels.holder(keyUse.secretName, 'AWSCURRENT')) !== promoted.versionId) {
    const reason = `Somebody has put another key into ${keyUse.secretName} since this rotation began; that one stays, and ${keyId} is not in use. Make a new key if you still want to rotate, and revoke ${keyId} on Apple's page.`;
    return { status: 'rejected', keyId, reason, diagnoses: [] };
  }
  const notice = promoted.state === 'promoted' ? revokeNotice(promoted, deps.clock.now()) : undefined;
  try {
    if (notice !== undefined) await sendOnce(deps, notice);
  } catch (error) {
    // The key is in use, and that is what was asked for; the daily check reminds of the revocation.
    deps.log.warn('The message about the revocation could not be sent', { keyId, oldKeyId, error });
  }
  const open = promoted.state === 'promoted' && oldKeyId !== undefined;
  return { status: 'promoted', keyId, ...(open && { revoke: oldKeyId }) };
}

async function rotationTo(
  deps: RotationDependencies,
  { team, job, secretName }: KeyUse,
  candidate: StoredKey,
  { keyId, revoked, confirmedRole, requestedBy }: Request,
  oldVersionId: string | undefined,
): Promise<Rotation> {
  const another = oldVersionId !== undefined && oldVersionId !== candidate.versionId;
  const old = another ? await readOld(deps, secretName, oldVersionId) : undefined;
  const replaces = old !== undefined && old.key.keyId !== keyId ? old : undefined;
  return {
    team,
    job,
    keyId,
    versionId: candidate.versionId,
    thumbprint: candidate.key.thumbprint,
    ...(replaces !== undefined && { oldKeyId: replaces.key.keyId }),
    ...(another && { oldVersionId }),
    revoked,
    requestedBy,
    ...(confirmedRole !== undefined && { confirmedRole }),
    state: 'promoting',
    startedAt: deps.clock.now(),
  };
}

/**
 * The key of the version that was in use when the rotation began, and of no other: that is the one to be revoked in
 * the end. A secret that holds no key is a reason to rotate, not one to stop.
 */
async function readOld(
  deps: RotationDependencies,
  secretName: string,
  VersionId: string,
): Promise<StoredKey | undefined> {
  try {
    return await deps.readVersion(secretName, { VersionId });
  } catch (error) {
    if (error instanceof KeySecretError) return undefined;
    throw error;
  }
}

function useOf(settings: Settings, { team, job }: Request): KeyUse {
  const keyUse = keyUsesOf(settings).find((use) => use.team === team && use.job === job);
  if (keyUse !== undefined) return keyUse;
  throw new JobError({
    code: 'ROTATION_INVALID',
    message: `The settings name no ${job} key of a team "${team}"; deploy the stack with it first.`,
    retryable: false,
  });
}
