import { JobError } from '../../platform/errors.ts';
import type { SecretProblem } from '../diagnosis/facts.ts';

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
