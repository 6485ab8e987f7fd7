import { runSimulation } from '@cloud-copilot/iam-simulate';
import { ACCOUNT } from '../base/account.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import type { Authorization } from './authorizations.ts';
import type { Policy } from './policies.ts';

/** Everything that AWS looks at to answer one question. */
export type Case = {
  principalArn: string;
  principalTags: Record<string, string>;
  policies: readonly Policy[];
  resourcePolicy: JsonObject | undefined;
  authorization: Authorization;
};

/**
 * Judges as IAM does, by the simulator of @cloud-copilot.
 *
 * @returns whether it is allowed
 * @throws an error that names the mistake when a policy is malformed, as AWS would refuse to store it
 */
export async function isAllowed({
  principalArn,
  principalTags,
  policies,
  resourcePolicy,
  authorization: { action, resource, context },
}: Case): Promise<boolean> {
  const tags = Object.entries(principalTags).map(([name, value]) => [`aws:PrincipalTag/${name}`, value]);
  const result = await runSimulation(
    {
      request: {
        principal: principalArn,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          ...Object.fromEntries(tags),
          'aws:PrincipalAccount': ACCOUNT,
          'aws:PrincipalArn': principalArn,
          ...context,
        },
      },
      identityPolicies: policies.map(({ name, policy }) => ({ name, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy !== undefined && { resourcePolicy }),
    },
    { simulationMode: 'Strict' },
  );
  if (result.resultType === 'error')
    throw new Error(`IAM cannot judge ${action} on ${resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}

/** Every resource pattern of a policy, for the key under which decisions are cached. */
export const resourcePatternsOf = (policy: JsonObject): string[] =>
  [policy['Statement']].flat().flatMap((statement) => {
    const resources = isObject(statement) ? [statement['Resource']].flat() : [];
    return resources.filter((resource) => typeof resource === 'string');
  });
