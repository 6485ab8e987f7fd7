import { isAllowed } from '../../local/aws/iam/judge.ts';
import type { DeployedPolicies } from '../../local/aws/iam/policies.ts';
import { type AskedAuthorization, watchAuthorizations } from '../../local/aws/iam/watch-authorizations.ts';
import { runningCommands } from '../cli/operator/running-command.ts';
import { type Grant, grantsOf, neededBy } from './grants.ts';
import { readable, type Seen, writeSeen } from './seen.ts';

// `node --import ./test/permissions/watch.ts …`: notes what the policies of every local cloud of this process allow, which
// of it a call needed, and which people's role allows what `asc-jobs` did. `judge.ts` judges all processes together.

const OPERATOR = 'operator';
const grantsBy = new Map<DeployedPolicies, Grant[]>();
const grants = new Set<string>();
const used = new Set<string>();
const commands = new Map<string, Seen['commands'][number]>();

const known = (deployed: DeployedPolicies): Grant[] => {
  const before = grantsBy.get(deployed);
  if (before !== undefined) return before;
  const made = grantsOf(deployed);
  grantsBy.set(deployed, made);
  for (const { name } of made) grants.add(name);
  return made;
};

async function noteCommand({ action, resource, context, deployed }: AskedAuthorization): Promise<void> {
  const shown = readable(resource).replace(/\/.*/, '/…');
  const names = runningCommands();
  const fresh = names.filter((command) => !commands.has(`${command} ${action} ${shown}`));
  if (names.length > 0 && fresh.length === 0) return;
  const roles: string[] = [];
  for (const [role, policies] of deployed.people) {
    const may = await isAllowed({
      principalArn: 'arn:aws:iam::000000000000:role/person',
      principalTags: {},
      policies,
      resourcePolicy: undefined,
      authorization: { action, resource, context },
    });
    if (!may) continue;
    roles.push(role);
    for (const { name } of neededBy(known(deployed), { who: role, action, resource })) used.add(name);
  }
  for (const command of fresh)
    commands.set(`${command} ${action} ${shown}`, { command, action, resource: shown, roles });
}

watchAuthorizations((asked) => {
  const { caller, action, resource, deployed } = asked;
  const all = known(deployed);
  for (const { name } of neededBy(all, { who: caller, action, resource })) used.add(name);
  if (caller === OPERATOR) void noteCommand(asked);
});

process.on('exit', () => {
  if (grants.size > 0) writeSeen({ grants: [...grants], used: [...used], commands: [...commands.values()] });
});
