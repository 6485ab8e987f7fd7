import { type Cause, type Confidence, type Diagnosis, diagnosisOf, type Rule } from './diagnosis.ts';
import type { SecretFacts, SecretProblem } from './facts.ts';

type SecretCause = { cause: Cause; confidence: Confidence; fix: (secret: SecretFacts) => string };

const missing = ({ secretName }: SecretFacts): string =>
  `There is no secret ${secretName} in this account and region. Create it under this very name, in the stack's region; docs/keys.md shows the command.`;
const notPermitted = ({ secretName }: SecretFacts): string =>
  `IAM does not let this role read the secret ${secretName}. Deploy the stack with this name in the settings, and look for a resource policy on the secret that denies it.`;

const CAUSES_OF: Record<SecretProblem, readonly SecretCause[]> = {
  missing: [{ cause: 'secret-missing', confidence: 'certain', fix: missing }],
  deleted: [
    {
      cause: 'secret-deleted',
      confidence: 'certain',
      fix: ({ secretName }) =>
        `The secret ${secretName} is marked for deletion. Restore it: aws secretsmanager restore-secret --secret-id ${secretName}`,
    },
  ],
  // AWS answers AccessDenied for a name that does not exist, too, where the role may read only existing secrets.
  'not-permitted': [
    {
      cause: 'secret-missing',
      confidence: 'possible',
      fix: (secret) =>
        `AWS says AccessDenied, which it also says for a name that does not exist. ${missing(secret)}`,
    },
    { cause: 'secret-not-permitted', confidence: 'possible', fix: notPermitted },
  ],
  denied: [{ cause: 'secret-not-permitted', confidence: 'certain', fix: notPermitted }],
  'not-decryptable': [
    {
      cause: 'secret-not-decryptable',
      confidence: 'certain',
      fix: ({ secretName }) =>
        `The secret ${secretName} cannot be decrypted with its KMS key: enable the key, and allow this role kms:Decrypt in the key's policy, or go back to the key aws/secretsmanager.`,
    },
  ],
  malformed: [{ cause: 'secret-malformed', confidence: 'certain', fix: ({ detail }) => detail }],
  'no-region': [
    {
      cause: 'aws-session',
      confidence: 'certain',
      fix: () => 'No AWS region is set: set AWS_REGION to the region of the stack, or AWS_PROFILE.',
    },
  ],
  'no-credentials': [
    {
      cause: 'aws-session',
      confidence: 'certain',
      fix: () =>
        'No valid AWS credentials were found: sign in (aws sso login), or set AWS_PROFILE. Nothing was asked of Apple.',
    },
  ],
  'session-expired': [
    {
      cause: 'aws-session',
      confidence: 'certain',
      fix: () => 'Your AWS session has expired: sign in again (aws sso login). Nothing was asked of Apple.',
    },
  ],
  unavailable: [
    {
      cause: 'secrets-manager-unavailable',
      confidence: 'likely',
      fix: ({ secretName, detail }) =>
        `Secrets Manager did not give the secret ${secretName} (${detail}). It is tried again; should it go on, look at the network and at AWS's health page.`,
    },
  ],
};

/** A secret that gave no key: nothing was asked of Apple. */
const secretUnusable: Rule = ({ secret }) =>
  secret === undefined
    ? undefined
    : CAUSES_OF[secret.problem].map(
        ({ cause, confidence, fix }): Diagnosis => diagnosisOf(cause, confidence, fix(secret)),
      );

export const secretRules: readonly Rule[] = [secretUnusable];
