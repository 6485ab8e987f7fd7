import { readFileSync } from 'node:fs';
import { App, type AppProps } from 'aws-cdk-lib';
import * as z from 'zod';
import { readDeployment } from './config/deployment.ts';
import { projectPath } from './config/project.ts';
import { JobsStack } from './jobs-stack.ts';
import { addNagGate } from './nag-gate.ts';
import { addQuotaGate } from './quotas/quota-gate.ts';
import { StorageStack } from './storage/storage-stack.ts';

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * The whole app: both stacks, tagged and checked.
 *
 * @param props `context` given here is overridden by what the CLI passes (`-c name=value`, `CDK_CONTEXT_JSON`)
 * @throws SettingsError naming every problem with what the deployment was told
 */
export function createApplication(props: AppProps = {}): App {
  const app = new App({ ...props, context: { ...projectContext(), ...props.context } });
  const deployment = readDeployment(app.node);

  const storage = new StorageStack(app, `app-store-connect-storage${deployment.suffix}`, { deployment });
  new JobsStack(app, `app-store-connect-jobs${deployment.suffix}`, { deployment, storage });

  addNagGate(app);
  addQuotaGate(app);
  return app;
}

/** The context of cdk.json, so that a run without the CLI has the same feature flags and settings. */
function projectContext(): Record<string, unknown> {
  return cdkJson.parse(JSON.parse(readFileSync(projectPath('cdk.json'), 'utf8'))).context;
}
