import { createDeployment, JobsStack, StorageStack } from 'app-store-connect-jobs';
import { App } from 'aws-cdk-lib';
import { WarehouseStack } from './warehouse-stack.ts';

const app = new App();
const deployment = createDeployment({
  settings: {
    teams: [
      {
        name: 'acme',
        keys: { reports: 'app-store-connect/acme/reports' },
        vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
      },
    ],
  },
});
const storage = new StorageStack(app, 'back-office-data', { deployment });
const jobs = new JobsStack(app, 'back-office-jobs', { deployment, storage });
new WarehouseStack(app, 'warehouse', { lake: storage.lake, eventBus: jobs.eventBus });
app.synth();
