import { isObject, type JsonObject } from '../../local/aws/base/json.ts';
import { covers } from '../../local/aws/iam/authorizer.ts';
import type { DeployedPolicies, Policy } from '../../local/aws/iam/policies.ts';
import { readable } from './seen.ts';

/** One action on one resource pattern that a policy allows. */
export type Grant = { who: string; action: string; pattern: string; name: string };

const texts = (value: unknown): string[] => [value].flat().filter((each) => typeof each === 'string');

const statementsOf = ({ policy }: Policy): JsonObject[] => [policy['Statement']].flat().filter(isObject);

const grantsIn = (who: string, policies: readonly Policy[]): Grant[] =>
  policies
    .flatMap(statementsOf)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      texts(Action).flatMap((action) =>
        texts(Resource).map((pattern) => ({
          who,
          action,
          pattern,
          name: `${who} ${action} ${readable(pattern)}`,
        })),
      ),
    );

/** Everything that functions and people may do in a deployment. */
export const grantsOf = ({ principals, people }: DeployedPolicies): Grant[] => [
  ...[...principals].flatMap(([who, { policies }]) => grantsIn(who, policies)),
  ...[...people].flatMap(([who, policies]) => grantsIn(who, policies)),
];

/** Those grants that a call needs. */
export const neededBy = (
  grants: readonly Grant[],
  { who, action, resource }: { who: string; action: string; resource: string },
): Grant[] =>
  grants.filter((grant) => grant.who === who && grant.action === action && covers(grant.pattern, resource));
