import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createApplication } from '../infra/application.ts';
import { architecture } from './architecture.ts';

/** One team that uses all jobs, so that every permission is in the picture. */
const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
      prices: {},
    },
  ],
};

/** The page docs/architecture.md as it has to be. Bundles nothing. */
export function architecturePage(): string {
  const app = createApplication({ context: { appStoreConnect: SETTINGS, 'aws:cdk:bundling-stacks': [] } });
  const templates = app.node.children
    .filter(Stack.isStack)
    .map((stack) => Template.fromStack(stack).toJSON());
  return `# Architecture

Drawn from the synthesized templates by \`npm run architecture\`; a test holds that it is not older than they are.
An arrow is a trigger or a permission: what starts a function, what it may read, what it may write. Logs and
dead-letter queues are left out; \`npm run permissions\` lists every single permission.

Functions that read API keys are the only ones that talk to Apple.

${architecture(templates)}`;
}
