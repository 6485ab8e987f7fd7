import { NOT_PLAYED } from './not-played.ts';
import { BEFORE_THE_DEPLOYMENT, ROLES_OF_COMMANDS } from './roles-of-commands.ts';
import type { Seen } from './seen.ts';

/**
 * What is wrong with the policies: what they allow and nothing needs, what a command needs and the role that is meant for
 * it does not have, and exceptions that are none.
 */
export function judge({ grants, used, commands }: Seen): string[] {
  const isUsed = new Set(used);
  const excused = (grant: string): boolean => NOT_PLAYED.some(({ grants: pattern }) => pattern.test(grant));
  const unused = grants.filter((grant) => !isUsed.has(grant) && !excused(grant));
  const stale = NOT_PLAYED.filter(
    ({ grants: pattern }) => !grants.some((grant) => pattern.test(grant) && !isUsed.has(grant)),
  );
  const judged = commands.filter(
    ({ command, action, resource }) =>
      !BEFORE_THE_DEPLOYMENT.includes(command) && !mayBeRefused(action, resource),
  );
  const lacking = judged.flatMap(({ command, action, resource, roles }) => {
    const meant = ROLES_OF_COMMANDS[command];
    if (meant === undefined)
      return [`No role is meant for: ${command} (${action} on ${resource}: ${roles.join(', ')})`];
    return meant.some((role) => roles.includes(role))
      ? []
      : [
          `${command}: ${meant.join(' and ')} may not ${action} on ${resource}; ${roles.join(', ') || 'nobody'} may`,
        ];
  });
  return [
    ...unused.map((grant) => `Allowed, and never needed: ${grant}`),
    ...stale.map(({ grants: pattern }) => `An exception without a case: ${pattern}`),
    ...new Set(lacking),
  ];
}

/**
 * `doctor --deployment` needs a right on the whole account, which docs/deploy.md names and no policy of ours gives. A
 * command asks for all stacks first; where that is refused it asks for the two of the usual names. */
const mayBeRefused = (action: string, resource: string): boolean =>
  resource === '*' && ['cloudformation:DescribeStacks', 'lambda:GetAccountSettings'].includes(action);
