import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock, EpochMillis } from '../platform/clock.ts';
import { JobError } from '../platform/errors.ts';
import type { ApiKey } from './api-key.ts';
import { KeySecretError, parseKeySecret } from './key-secret.ts';

/** A secret is read again after this long, so that a rotated key is picked up without a new deployment. */
const READ_AGAIN_AFTER_MILLIS = 5 * 60 * 1000;

export type StoredKey = {
  key: ApiKey;
  /** Secrets Manager's version id: changes exactly when the secret's value does. */
  versionId: string;
};

/** Where keys come from. */
export type KeyStore = {
  /** The current key; from memory while that is fresh. */
  current(secretName: string): Promise<StoredKey>;
  /** The current key, read again at once: what to do after a 401. */
  reread(secretName: string): Promise<StoredKey>;
};

/**
 * Keys from Secrets Manager. Imported keys stay in memory for the life of the execution environment, by
 * secret version.
 *
 * Both methods throw KeySecretError for a malformed secret and JobError `KEY_SECRET_UNREADABLE` when the
 * secret cannot be read at all.
 */
export function createKeyStore(secrets: SecretsManagerClient, clock: Clock): KeyStore {
  const known = new Map<string, StoredKey & { readAt: EpochMillis }>();

  const reread = async (secretName: string): Promise<StoredKey> => {
    const { text, versionId } = await readSecret(secrets, secretName);
    const before = known.get(secretName);
    const key = before?.versionId === versionId ? before.key : await parseKeySecret(secretName, text);
    known.set(secretName, { key, versionId, readAt: clock.now() });
    return { key, versionId };
  };

  const current = async (secretName: string): Promise<StoredKey> => {
    const stored = known.get(secretName);
    const fresh = stored !== undefined && clock.now() - stored.readAt < READ_AGAIN_AFTER_MILLIS;
    return fresh ? stored : reread(secretName);
  };

  return { current, reread };
}

async function readSecret(secrets: SecretsManagerClient, secretName: string) {
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: secretName }));
    if (answer.SecretString === undefined) {
      throw new KeySecretError(secretName, [
        {
          path: '(secret)',
          name: 'not-json',
          message: 'is stored as binary; store it as text (--secret-string file://secret.json)',
        },
      ]);
    }
    return { text: answer.SecretString, versionId: answer.VersionId ?? '' };
  } catch (error) {
    if (error instanceof JobError) throw error;
    throw new JobError({
      code: 'KEY_SECRET_UNREADABLE',
      message: `The secret ${secretName} cannot be read (${nameOf(error)}). ${adviceFor(error)}`,
      retryable: nameOf(error) !== 'ResourceNotFoundException' && nameOf(error) !== 'AccessDeniedException',
      cause: error,
    });
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

function adviceFor(error: unknown): string {
  switch (nameOf(error)) {
    case 'ResourceNotFoundException':
      return "Create it under this very name in the stack's region; docs/keys.md shows the command.";
    case 'AccessDeniedException':
      return "The function's role may not read it or may not use its KMS key: deploy the stack with this name in the settings.";
    case 'DecryptionFailure':
      return 'Its KMS key is disabled, or the role may not use it.';
    default:
      return 'Secrets Manager did not answer as expected; the work is tried again.';
  }
}
