import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ApiKey } from '../../functions/app-store-connect/api-key.ts';
import { KeySecretError, parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import { readKeyVersion } from '../../functions/app-store-connect/auth/key-store.ts';
import { createStagingLabels, secretVersionStages } from '../../functions/keys/rotate/staging-labels.ts';
import type { KeyUse } from '../../functions/keys/store/key-use.ts';
import { CANDIDATE } from '../../functions/keys/store/rotation.ts';
import { sha256Hex } from '../../functions/platform/util/hash.ts';

/** A new key as the operator has it. What is absent is taken from the present key. */
export type NewKey = {
  keyId: string;
  /** The .p8 file's content. */
  privateKey: string;
  createdAt: string;
  issuerId?: string;
  role?: string;
};

/**
 * Puts a new key into the secret under the label CANDIDATE, where no job sees it.
 *
 * The version's id is derived from the key, so that a repeat is the same version, while a corrected issuer makes
 * another one.
 *
 * @throws KeySecretError when it is no key, before anything is written
 */
export async function putCandidate(
  secrets: SecretsManagerClient,
  { secretName }: Pick<KeyUse, 'secretName'>,
  { keyId, privateKey, createdAt, ...given }: NewKey,
): Promise<void> {
  const present = await presentKey(secrets, secretName);
  const issuerId = given.issuerId ?? (present?.kind === 'team' ? present.issuerId : undefined);
  const kind = given.issuerId === undefined && present?.kind === 'individual' ? 'individual' : 'team';
  const role = given.role ?? present?.role;
  const secret = JSON.stringify({ keyId, issuerId, privateKey, kind, role, createdAt });
  const key = await parseKeySecret(secretName, secret);
  const versionId = versionIdOf(secretName, key);
  await put(secrets, secretName, secret, versionId);
  const labels = createStagingLabels(secretVersionStages(secrets));
  // A repeat finds its version there already, without the label perhaps; one that is in use needs none.
  if ((await labels.holder(secretName, 'AWSCURRENT')) !== versionId)
    await labels.move(secretName, CANDIDATE, versionId);
}

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

/** A present secret that holds no key is a reason to rotate. */
async function presentKey(secrets: SecretsManagerClient, secretName: string): Promise<ApiKey | undefined> {
  try {
    return (await readKeyVersion(secrets, secretName)).key;
  } catch (error) {
    if (error instanceof KeySecretError) return undefined;
    throw error;
  }
}

/** In the form of a UUID, as Secrets Manager's own version ids are. */
function versionIdOf(secretName: string, key: ApiKey): string {
  const issuer = key.kind === 'team' ? key.issuerId : '';
  const hash = sha256Hex([secretName, key.keyId, key.kind, issuer, key.thumbprint].join('\n'));
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
