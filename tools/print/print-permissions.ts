import { existsSync, readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import Table from 'cli-table3';
import { z } from 'zod';
import { createApplication } from '../../infra/application.ts';
import { type PermissionRow, permissionRows } from '../permission-table.ts';
import { script } from '../script/script.ts';
import { hasWildcard, wildcardReason } from '../wildcard-reasons.ts';

script(
  'npm run permissions',
  'Who may do what to what, by the templates; after an npm start, which permissions that run used. Deploys nothing.',
).parse();
const USED_FILE = '.local/permissions-used.json';
const usedSchema = z.array(z.object({ who: z.string(), action: z.string() }));
const used = existsSync(USED_FILE)
  ? new Set(
      usedSchema
        .parse(JSON.parse(readFileSync(USED_FILE, 'utf8')))
        .map(({ who, action }) => `${who} ${action}`),
    )
  : undefined;
/** Done by AWS itself for a function, or outside of the calls that are judged locally. */
const BY_AWS = /^(logs:|sqs:(ReceiveMessage|DeleteMessage|GetQueue|ChangeMessageVisibility))/;

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
  table.push([
    who,
    actions.map((action) => marked(who, action)).join('\n'),
    resource,
    [condition, reason].filter((each) => each).join('\n'),
  ]);
}
console.log(table.toString());
console.log(
  used === undefined
    ? 'Which of them are used: run npm start first.'
    : 'never used: not by the last npm start; the tests and rarer cases may use it.',
);

function marked(who: string, action: string): string {
  const isUnused = used !== undefined && !used.has(`${who} ${action}`) && !BY_AWS.test(action);
  return isUnused ? `${action} (never used)` : action;
}

function byName([a]: PermissionRow[], [b]: PermissionRow[]): number {
  return `${a?.who} ${a?.resource}`.localeCompare(`${b?.who} ${b?.resource}`);
}
