import { readFileSync } from 'node:fs';
import { createDeployment, JobsStack, StorageStack } from 'app-store-connect-jobs';
import { App } from 'aws-cdk-lib';
import { WorkflowRoles } from './workflow-roles.ts';

// The settings stand in cdk.json, where the command asc-jobs reads them, too.
const { context } = JSON.parse(readFileSync(new URL('cdk.json', import.meta.url), 'utf8'));
const app = new App({ context });
const deployment = createDeployment({ settings: context.appStoreConnect });
const storage = new StorageStack(app, 'app-store-connect-storage', { deployment });
const jobs = new JobsStack(app, 'app-store-connect-jobs', { deployment, storage });
new WorkflowRoles(app, 'prices-in-git', {
  repository: context.repository,
  people: jobs.people,
});
app.synth();
