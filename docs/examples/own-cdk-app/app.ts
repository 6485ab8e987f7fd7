import { App, type AppProps, Tags } from 'aws-cdk-lib';
import { readDeployment } from '../../../infra/config/deployment.ts';
import { JobsStack } from '../../../infra/jobs-stack.ts';
import { StorageStack } from '../../../infra/storage/storage-stack.ts';

/** What this project's settings would be in `cdk.json`; here they stand in the program. */
const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
    },
  ],
};

/** Both stacks in an app of your own, beside your other stacks, under names of your own. */
export function createOwnApp(props: AppProps = {}): App {
  const app = new App({ ...props, context: { appStoreConnect: SETTINGS, ...props.context } });
  const deployment = readDeployment(app.node);
  const storage = new StorageStack(app, 'back-office-data', { deployment });
  const jobs = new JobsStack(app, 'back-office-jobs', { deployment, storage });
  Tags.of(jobs).add('cost-centre', 'app-store');
  return app;
}
