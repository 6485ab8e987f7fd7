import { type Cause, diagnosisOf, type Rule } from './diagnosis.ts';
import type { SecretFacts } from './facts.ts';

const CAUSE: Record<SecretFacts['problem'], Cause> = {
  missing: 'secret-missing',
  'not-permitted': 'secret-not-permitted',
  'not-decryptable': 'secret-not-decryptable',
  malformed: 'secret-malformed',
  unavailable: 'secrets-manager-unavailable',
};

const fixOf = ({ secretName, problem, detail }: SecretFacts): string => {
  switch (problem) {
    case 'missing':
      return `There is no secret ${secretName} in this account and region. Create it under this very name, in the stack's region; docs/keys.md shows the command.`;
    case 'not-permitted':
      return `IAM does not let this role read the secret ${secretName}. Deploy the stack with this name in the settings, and look for a resource policy on the secret that denies it.`;
    case 'not-decryptable':
      return `The secret ${secretName} cannot be decrypted with its KMS key: enable the key, and allow this role kms:Decrypt in the key's policy, or go back to the key aws/secretsmanager.`;
    case 'malformed':
      return detail;
    case 'unavailable':
      return `Secrets Manager did not give the secret ${secretName} (${detail}). It is tried again; should it go on, look at the network and at AWS's health page.`;
  }
};

/** A secret that gave no key: nothing was asked of Apple, so this is certain. */
const secretUnusable: Rule = ({ secret }) =>
  secret === undefined
    ? undefined
    : diagnosisOf(
        CAUSE[secret.problem],
        secret.problem === 'unavailable' ? 'likely' : 'certain',
        fixOf(secret),
      );

export const secretRules: readonly Rule[] = [secretUnusable];
