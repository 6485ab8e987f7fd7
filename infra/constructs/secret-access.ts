import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';

export type KeyKind = 'reports' | 'prices';

/**
 * Secrets in one statement. CDK divides a role's permissions into policies between statements, never within one, so
 * that statements have to stay far below the 6,144 characters of a managed policy.
 */
const SECRETS_PER_STATEMENT = 15;

/**
 * Lets a function act on the secrets of these kinds of keys: on the ones that the settings name, or, where
 * `secretPatterns` is set, on all that fit the pattern.
 *
 * @param sid names the first statement; further ones are numbered
 */
export function grantSecrets(
  role: Role,
  sid: string,
  actions: readonly string[],
  kinds: readonly KeyKind[],
  settings: Settings,
): void {
  const names = [...new Set(kinds.flatMap((kind) => secretNames(kind, settings)))];
  for (let start = 0; start < names.length; start += SECRETS_PER_STATEMENT) {
    const page = start / SECRETS_PER_STATEMENT + 1;
    role.addToPolicy(
      new PolicyStatement({
        sid: page === 1 ? sid : `${sid}${page}`,
        actions: [...actions],
        resources: names.slice(start, start + SECRETS_PER_STATEMENT).map((name) => secretArn(role, name)),
      }),
    );
  }
  for (const name of names.filter((each) => each.includes('*')))
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}-??????]`,
      reason:
        'The settings ask for a pattern, as the names of all secrets do not fit into the policies of a role.',
    });
}

/** Names, or the one pattern, of a kind of keys. Empty for a kind that no team has. */
export function secretNames(kind: KeyKind, { teams, secretPatterns }: Settings): string[] {
  const names = teams.flatMap(({ keys }) => keys[kind] ?? []);
  const pattern = secretPatterns?.[kind];
  return names.length > 0 && pattern !== undefined ? [pattern] : names;
}

/**
 * The ARN of a secret by its name. It ends in six characters that Secrets Manager drew when it was made, so that a
 * name alone gives no exact ARN; six question marks match them, and no longer name.
 */
export const secretArn = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${name}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
