import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { type Consumer, createConsumer, packPackage } from './consumer.ts';

const SETTINGS = `{
  teams: [{
    name: 'acme',
    keys: { reports: 'app-store-connect/acme/reports' },
    vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
  }],
}`;
const CDK_APP = `import { App } from 'aws-cdk-lib';
import { createDeployment, JobsStack, StorageStack } from 'app-store-connect-jobs';

const app = new App({ outdir: 'out' });
const deployment = createDeployment({ settings: ${SETTINGS} });
const storage = new StorageStack(app, 'data', { deployment });
new JobsStack(app, 'jobs', { deployment, storage });
app.synth();
`;
const SIMULATOR_TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSimulator } from 'app-store-connect-jobs/simulator';

test('the simulator refuses a request without a token', async () => {
  const simulator = await startSimulator({ clock: { now: () => Date.now() } });
  try {
    const response = await fetch(new URL('/v1/apps', simulator.origin));
    assert.equal(response.status, 401);
  } finally {
    await simulator.close();
  }
});
`;

describe('The package, installed by somebody else', () => {
  let consumer: Consumer;
  before(async () => {
    consumer = createConsumer();
    await consumer.run('npm', 'install', '--no-audit', '--no-fund', await packPackage());
    consumer.lend('aws-cdk-lib', 'constructs', '@types/node');
  });

  it('has a command that tells of itself', async () => {
    assert.match(await consumer.run('npx', 'asc-jobs', '--help'), /Usage: asc-jobs/);
    assert.match(
      await consumer.run('npx', 'asc-jobs', 'prices', 'plan', '--help'),
      /Usage: asc-jobs prices plan/,
    );
  });

  it('synthesizes in a CDK app in JavaScript, without building the functions again', async () => {
    consumer.write('app.js', CDK_APP);
    const output = await consumer.run('node', 'app.js');
    assert.doesNotMatch(output, /Bundling/);
    const assets = readdirSync(join(consumer.directory, 'out')).filter((name) => name.startsWith('asset.'));
    const files = assets.map((name) => readdirSync(join(consumer.directory, 'out', name)).sort());
    assert.ok(files.some((names) => names.includes('index.mjs') && names.includes('settings.json')));
  });

  it('has types that a strict compiler accepts', async () => {
    consumer.write('app.ts', CDK_APP);
    consumer.write('simulator.test.ts', SIMULATOR_TEST);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    await consumer.run('tsc', ...options, 'app.ts', 'simulator.test.ts');
  });

  it('brings the simulator for other people’s tests', async () => {
    consumer.write('simulator.test.js', SIMULATOR_TEST);
    assert.match(await consumer.run('node', '--test', 'simulator.test.js'), /pass 1/);
  });
});
