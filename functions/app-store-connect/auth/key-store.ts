import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { JobError } from '../../platform/errors.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import type { ApiKey } from '../diagnosis/api-key.ts';
import type { SecretProblem } from '../diagnosis/facts.ts';
import { KeySecretError, parseKeySecret } from './key-secret.ts';

/** A secret is read again after this long, so that a rotated key is picked up without a new deployment. */
export const READ_AGAIN_AFTER_MILLIS = 5 * 60 * 1000;

export type StoredKey = {
  key: ApiKey;
  /** Secrets Manager's version id: changes exactly when the secret's value does. */
  versionId: string;
  /** When this version was put; stands in for the key's own day where the secret does not say it. */
  versionCreatedAt: EpochMillis;
};

/** Where keys come from. */
export type KeyStore = {
  /** The current key; from memory while that is fresh. */
  current(secretName: string): Promise<StoredKey>;
  /** The current key, read again at once: what to do after a 401. */
  reread(secretName: string): Promise<StoredKey>;
  /** The key before the last rotation (`AWSPREVIOUS`); `undefined` where there is none that could be used. */
  previous(secretName: string): Promise<StoredKey | undefined>;
};

/** A secret that cannot be read at all. Carries the kind of the problem; `explain` says what to do. */
export class KeySecretUnreadableError extends JobError<'KEY_SECRET_UNREADABLE'> {
  readonly secretName: string;
  readonly problem: SecretProblem;
  /** What Secrets Manager called it. */
  readonly reason: string;

  constructor(secretName: string, cause: unknown) {
    const problem = problemOf(cause);
    const reason = nameOf(cause);
    super({
      code: 'KEY_SECRET_UNREADABLE',
      message: `The secret ${secretName} cannot be read (${reason}): ${SENTENCE[problem]}.`,
      retryable: NOT_ABOUT_THE_SECRET.has(problem),
      cause,
    });
    this.secretName = secretName;
    this.problem = problem;
    this.reason = reason;
  }
}

/** Whether an error is about the AWS session of the one who reads, not about the secret. */
export const isAboutSession = (error: unknown): boolean =>
  error instanceof KeySecretUnreadableError &&
  ['no-region', 'no-credentials', 'session-expired'].includes(error.problem);

/** Problems that say nothing about the secret: the same read may succeed later. */
const NOT_ABOUT_THE_SECRET = new Set<SecretProblem>([
  'unavailable',
  'no-region',
  'no-credentials',
  'session-expired',
]);

const SENTENCE: Record<SecretProblem, string> = {
  missing: 'there is none of this name in this account and region; create it, docs/keys.md shows the command',
  deleted: 'it is marked for deletion; restore it with aws secretsmanager restore-secret',
  'not-permitted':
    'either there is none of this name in this account and region, or IAM does not let this role read it; AWS answers the same for both',
  denied: 'a policy denies it to this role; look at the resource policy of the secret',
  'not-decryptable': 'its KMS key is disabled, or does not let this role decrypt',
  malformed: 'it holds no key',
  'no-region': 'no AWS region is set; set AWS_REGION',
  'no-credentials': 'no valid AWS credentials were found; sign in (aws sso login), or set AWS_PROFILE',
  'session-expired': 'the AWS session has expired; sign in again (aws sso login)',
  unavailable: 'Secrets Manager did not respond; it is tried again',
};

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

/** Which version of a secret: by staging label or by id; AWSCURRENT when neither is named. */
export type WhichVersion = { VersionStage?: string; VersionId?: string };

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

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

/** Errors of credentials that are unknown to AWS, or not there at all. */
const NO_CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch)$/;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/;

function problemOf(error: unknown): SecretProblem {
  const name = nameOf(error);
  const message = error instanceof Error ? error.message : '';
  if (/^Region is missing/.test(message)) return 'no-region';
  // The SDK wraps an SSO session that has ended in an error about credentials.
  if (EXPIRED.test(name) || /\b(session|token)\b.*\bexpired\b/i.test(message)) return 'session-expired';
  if (NO_CREDENTIALS.test(name)) return 'no-credentials';
  switch (name) {
    case 'ResourceNotFoundException':
      return 'missing';
    case 'InvalidRequestException':
      return /marked (for deletion|deleted)/i.test(message) ? 'deleted' : 'unavailable';
    case 'DecryptionFailure':
      return 'not-decryptable';
    case 'AccessDeniedException':
      // Secrets Manager answers the same for a KMS key that may not be used; only its words tell them apart.
      if (/\bKMS\b/i.test(message)) return 'not-decryptable';
      return /explicit deny/i.test(message) ? 'denied' : 'not-permitted';
    default:
      return 'unavailable';
  }
}
