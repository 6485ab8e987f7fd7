import { type App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createApplication } from '../../infra/application.ts';

export const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'asc/acme/reports', prices: 'asc/acme/prices' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
    },
    { name: 'umbra', keys: { reports: 'asc/umbra/reports' } },
  ],
  notify: { emails: ['ops@acme.example'] },
};

// Synthesis holds templates against CloudFormation's rules, which takes most of its time; one test asks for it.
process.env['CDK_VALIDATION'] = 'false';

/** The app without bundles, as its tests need only the templates. */
export const appOf = (context: Record<string, unknown> = {}): App =>
  createApplication({ context: { appStoreConnect: SETTINGS, 'aws:cdk:bundling-stacks': [], ...context } });

export function templateOf(app: App, id: string): Template {
  const stack = app.node.tryFindChild(id);
  if (!Stack.isStack(stack))
    throw new Error(`No stack ${id}; there are ${app.node.children.map(({ node }) => node.id)}`);
  return Template.fromStack(stack);
}

export type Statement = {
  Sid?: string;
  Effect: string;
  Action: string[];
  Resource: string;
  Principal?: unknown;
  Condition?: unknown;
};

/** All statements of the role policies whose logical id holds this text, with action lists and JSON resources. */
export function statementsOf(template: Template, role: string): Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.includes(role))
    .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement)
    .map((statement) => ({
      ...statement,
      Action: [statement.Action].flat(),
      Resource: JSON.stringify(statement.Resource),
    }));
}
