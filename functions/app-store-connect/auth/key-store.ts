import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { JobError } from '../../platform/errors.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { KeySecretError, parseKeySecret } from './key-secret.ts';
import { KeySecretUnreadableError } from './secret-unreadable.ts';
import type { KeyStore, StoredKey, WhichVersion } from './stored-key.ts';

/** A secret is read again after this long, so that a rotated key is picked up without a new deployment. */
export const READ_AGAIN_AFTER_MILLIS = 5 * 60 * 1000;

/**
 * Keys from Secrets Manager. Imported keys stay in memory for the life of the execution environment, by
 * secret version.
 *
 * All methods throw KeySecretUnreadableError when the secret cannot be read; `current` and `reread` throw
 * KeySecretError for a malformed one.
 */
export function createKeyStore(secrets: SecretsManagerClient, clock: Clock): KeyStore {
  const known = new Map<string, StoredKey & { readAt: EpochMillis }>();

  const reread = async (secretName: string): Promise<StoredKey> => {
    const version = await readSecretVersion(secrets, secretName);
    const before = known.get(secretName);
    const stored = before?.versionId === version.versionId ? before : await parseVersion(secretName, version);
    known.set(secretName, { ...stored, readAt: clock.now() });
    return stored;
  };

  const current = async (secretName: string): Promise<StoredKey> => {
    const stored = known.get(secretName);
    const fresh = stored !== undefined && clock.now() - stored.readAt < READ_AGAIN_AFTER_MILLIS;
    return fresh ? stored : reread(secretName);
  };

  const previous = async (secretName: string): Promise<StoredKey | undefined> => {
    try {
      return await readKeyVersion(secrets, secretName, { VersionStage: 'AWSPREVIOUS' });
    } catch (error) {
      // A previous version that holds no key is as good as none.
      if (error instanceof KeySecretError) return undefined;
      if (error instanceof KeySecretUnreadableError && error.problem === 'missing') return undefined;
      throw error;
    }
  };

  return { current, reread, previous };
}

/**
 * Reads one version of a key secret, past every cache.
 *
 * @throws KeySecretUnreadableError, with problem `missing` also when the secret has no such version
 * @throws KeySecretError for a malformed one
 */
export async function readKeyVersion(
  secrets: SecretsManagerClient,
  secretName: string,
  which: WhichVersion = {},
): Promise<StoredKey> {
  return parseVersion(secretName, await readSecretVersion(secrets, secretName, which));
}

type SecretVersion = { text: string; versionId: string; versionCreatedAt: EpochMillis };

const parseVersion = async (
  secretName: string,
  { text, versionId, versionCreatedAt }: SecretVersion,
): Promise<StoredKey> => ({ key: await parseKeySecret(secretName, text), versionId, versionCreatedAt });

async function readSecretVersion(
  secrets: SecretsManagerClient,
  secretName: string,
  which: WhichVersion = {},
): Promise<SecretVersion> {
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: secretName, ...which }));
    if (answer.SecretString === undefined) {
      throw new KeySecretError(secretName, [
        {
          path: '(secret)',
          name: 'not-json',
          message: 'is stored as binary; store it as text (--secret-string file://secret.json)',
        },
      ]);
    }
    return {
      text: answer.SecretString,
      versionId: answer.VersionId ?? '',
      versionCreatedAt: answer.CreatedDate?.getTime() ?? 0,
    };
  } catch (error) {
    if (error instanceof JobError) throw error;
    throw new KeySecretUnreadableError(secretName, error);
  }
}
