import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import Table from 'cli-table3';
import { createApplication } from '../infra/application.ts';
import { type PermissionRow, permissionRows } from './permission-table.ts';
import { hasWildcard, wildcardReason } from './wildcard-reasons.ts';

// `npm run permissions`: who may do what to what, as the template has it. Bundles nothing, deploys nothing.
const app = createApplication({ context: { 'aws:cdk:bundling-stacks': [] } });
const templates = app.node.children.filter(Stack.isStack).map((stack) => Template.fromStack(stack).toJSON());

const table = new Table({
  head: ['who', 'may', 'on', 'under the condition, or why a wildcard'],
  style: { head: [], border: [], compact: true },
  colWidths: [20, 41, 62, 70],
  wordWrap: true,
});
const grouped = Map.groupBy(
  permissionRows(templates),
  ({ who, resource, condition }) => `${who} ${resource} ${condition}`,
);
for (const rows of [...grouped.values()].toSorted(byName)) {
  const [{ who, resource, condition } = { who: '', resource: '', condition: undefined }] = rows;
  const reason = hasWildcard(resource) ? (wildcardReason(resource) ?? 'NO REASON GIVEN') : undefined;
  const actions = [...new Set(rows.map(({ action }) => action))].sort();
  table.push([who, actions.join('\n'), resource, [condition, reason].filter((each) => each).join('\n')]);
}
console.log(table.toString());

function byName([a]: PermissionRow[], [b]: PermissionRow[]): number {
  return `${a?.who} ${a?.resource}`.localeCompare(`${b?.who} ${b?.resource}`);
}
