import { createDeployment, JobsStack, StorageStack } from 'app-store-connect-jobs';
import { App, Tags } from 'aws-cdk-lib';

// Both stacks in an app of your own, beside your other stacks, under names of your own.
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
Tags.of(jobs).add('cost-centre', 'app-store');
app.synth();
