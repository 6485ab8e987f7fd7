import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { KeySecretError, parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import { readKeyVersion } from '../../functions/app-store-connect/auth/key-store.ts';
import type { ApiKey } from '../../functions/app-store-connect/diagnosis/api-key.ts';
import { createStagingLabels, secretVersionStages } from '../../functions/keys/rotate/staging-labels.ts';
import type { KeyUse } from '../../functions/keys/store/key-use.ts';
import { CANDIDATE } from '../../functions/keys/store/rotation.ts';
import { JobError } from '../../functions/platform/errors.ts';
import { sha256Hex } from '../../functions/platform/util/hash.ts';
import { readStoredJson } from '../../functions/platform/validation/read-json.ts';

/** A new key as the operator has it. What is absent is taken from the present key. */
export type NewKey = {
  keyId: string;
  /** The .p8 file's content. */
  privateKey: string;
  createdAt: string;
  issuerId?: string;
  role?: string;
};

/** Fields of the key in use that are to be said otherwise. */
export type Correction = {
  issuerId?: string | undefined;
  role?: string | undefined;
  createdAt?: string | undefined;
  kind?: 'team' | 'individual' | undefined;
};

/**
 * Puts a new key into the secret under the label CANDIDATE, where no job sees it.
 *
 * The version's id is derived from what it holds, so that a repeat is the same version, while a corrected field makes
 * another one. The role of a key for prices is never taken from the present key: it is of this key, and matters.
 *
 * @returns `false` where this key is in use already; nothing was put then
 * @throws KeySecretError when it is no key, before anything is written
 */
export async function putCandidate(
  secrets: SecretsManagerClient,
  { secretName, job }: Pick<KeyUse, 'secretName' | 'job'>,
  { keyId, privateKey, createdAt, ...given }: NewKey,
): Promise<boolean> {
  const present = await presentSecret(secrets, secretName);
  const issuerId = given.issuerId ?? (present.kind === 'individual' ? undefined : present.issuerId);
  const kind = given.issuerId === undefined && present.kind === 'individual' ? 'individual' : 'team';
  if (kind === 'team' && issuerId === undefined) throw issuerMissing(secretName);
  const role = given.role ?? (job === 'prices' ? undefined : present.role);
  const secret = JSON.stringify({ keyId, issuerId, privateKey, kind, role, createdAt });
  const key = await parseKeySecret(secretName, secret);
  if (present.key?.keyId === key.keyId && present.key.thumbprint === key.thumbprint) return false;
  await putUnderLabel(secrets, secretName, secret, key);
  return true;
}

/**
 * Puts the key in use under the label CANDIDATE, with other fields beside it. Needs no file: the private key is the
 * one in the secret.
 *
 * @returns the key's ID
 * @throws JobError `NOTHING_TO_CORRECT`; KeySecretError when the secret would hold no key all the same
 */
export async function putCorrection(
  secrets: SecretsManagerClient,
  { secretName }: Pick<KeyUse, 'secretName'>,
  correction: Correction,
): Promise<string> {
  const present = await presentSecret(secrets, secretName);
  const { issuerId: _dropped, ...json } = present.json;
  const kind = correction.kind ?? (correction.issuerId === undefined ? present.json['kind'] : 'team');
  const issuerId = correction.issuerId ?? present.json['issuerId'];
  const secret = JSON.stringify({
    ...json,
    ...(kind !== undefined && { kind }),
    ...(kind !== 'individual' && issuerId !== undefined && { issuerId }),
    ...(correction.role !== undefined && { role: correction.role }),
    ...(correction.createdAt !== undefined && { createdAt: correction.createdAt }),
  });
  const key = await parseKeySecret(secretName, secret);
  if (
    present.key !== undefined &&
    fingerprintOf(secretName, present.key) === fingerprintOf(secretName, key)
  ) {
    throw new JobError({
      code: 'NOTHING_TO_CORRECT',
      message: `The secret ${secretName} says this already. Give what is to be said otherwise: --role, --created-at, --issuer or --kind.`,
      retryable: false,
    });
  }
  await putUnderLabel(secrets, secretName, secret, key);
  return key.keyId;
}

async function putUnderLabel(
  secrets: SecretsManagerClient,
  secretName: string,
  secret: string,
  key: ApiKey,
): Promise<void> {
  const versionId = versionIdOf(secretName, key);
  await put(secrets, secretName, secret, versionId);
  const labels = createStagingLabels(secretVersionStages(secrets));
  // A repeat finds its version there already, without the label perhaps; one that is in use needs none.
  if ((await labels.holder(secretName, 'AWSCURRENT')) !== versionId)
    await labels.move(secretName, CANDIDATE, versionId);
}

const issuerMissing = (secretName: string): JobError =>
  new JobError({
    code: 'ISSUER_MISSING',
    message: `The present secret ${secretName} gives no issuer ID to take over; give it with --issuer. It stands above the list of keys in Users and Access, Integrations.`,
    retryable: false,
  });

async function put(
  secrets: SecretsManagerClient,
  SecretId: string,
  SecretString: string,
  ClientRequestToken: string,
): Promise<void> {
  try {
    await secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken, VersionStages: [CANDIDATE] }),
    );
  } catch (error) {
    // The same key was put before, with another day or role beside it: that version stands.
    if (!(error instanceof Error && error.name === 'ResourceExistsException')) throw error;
  }
}

type PresentSecret = {
  /** The secret's fields as they are, malformed ones too; empty where it is no JSON. */
  json: Record<string, unknown>;
  /** Absent where it holds no usable key, which is a reason to rotate. */
  key?: ApiKey;
  kind?: string | undefined;
  issuerId?: string | undefined;
  role?: string | undefined;
};

const fieldsSchema = z.record(z.string(), z.unknown());
/** What can be taken over even from a secret that holds no usable key. */
const takenSchema = z.object({
  kind: z.string().optional().catch(undefined),
  role: z.string().optional().catch(undefined),
  issuerId: z.uuid().optional().catch(undefined),
});

async function presentSecret(secrets: SecretsManagerClient, secretName: string): Promise<PresentSecret> {
  try {
    const { key } = await readKeyVersion(secrets, secretName);
    const json = await presentJson(secrets, secretName);
    return {
      json,
      key,
      kind: key.kind,
      role: key.role,
      ...(key.kind === 'team' && { issuerId: key.issuerId }),
    };
  } catch (error) {
    if (!(error instanceof KeySecretError)) throw error;
    const json = await presentJson(secrets, secretName);
    return { json, ...takenSchema.parse(json) };
  }
}

async function presentJson(
  secrets: SecretsManagerClient,
  secretName: string,
): Promise<Record<string, unknown>> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
  return readStoredJson(SecretString, fieldsSchema) ?? {};
}

const fingerprintOf = (secretName: string, key: ApiKey): string => {
  const issuer = key.kind === 'team' ? key.issuerId : '';
  const parts = [
    secretName,
    key.keyId,
    key.kind,
    issuer,
    key.thumbprint,
    key.role ?? '',
    key.createdAt ?? '',
  ];
  return sha256Hex(parts.join('\n'));
};

/** In the form of a UUID, as Secrets Manager's own version ids are. */
const versionIdOf = (secretName: string, key: ApiKey): string =>
  fingerprintOf(secretName, key)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
