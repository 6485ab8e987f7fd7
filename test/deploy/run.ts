import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { createSimulatedClock, type SimulatedClock } from '../../local/clock/clock.ts';
import { startEcbServer } from '../../local/ecb/ecb-server.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { script } from '../../tools/script/script.ts';
import { putKeys, SETTINGS } from '../cloudformation/deployment-keys.ts';
import { type Deployed, oneKeyCheck, onePriceChange, oneReport } from '../cloudformation/journeys.ts';
import { LATER_JOURNEYS, onePreview } from '../cloudformation/later-journeys.ts';
import { preparePython } from '../cloudformation/python.ts';
import { assemblyFor } from './assembly.ts';
import { invoke, keepEvents, outputsOf, publishRequest, query, untilEmpty } from './aws-calls.ts';
import { ACCOUNT, credentials, type MiniStack, REGION, startMiniStack } from './mini-stack.ts';
import { REFUSED } from './refused.ts';

// MiniStack enforces no IAM: test/local-aws/iam.test.ts does.
script(
  'npm run test:deploy',
  'Bootstrap, deploy, change and destroy by the pinned CDK CLI against MiniStack, which runs the deployed functions.',
)
  .addHelpText(
    'after',
    '\nIt needs Python 3.11 with venv and the package index; without, it is skipped and says so.',
  )
  .parse();

const STORAGE = 'app-store-connect-storage';
const JOBS = 'app-store-connect-jobs';

/** Runs the pinned CDK CLI. @returns its exit status and all that it printed */
async function cdk(mini: MiniStack, args: readonly string[]): Promise<{ status: number; output: string }> {
  const child = spawn(process.execPath, [join('node_modules', 'aws-cdk', 'bin', 'cdk'), ...args], {
    env: { ...mini.environment, CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { status: status ?? 1, output };
}

async function mustCdk(mini: MiniStack, ...args: string[]): Promise<void> {
  const { status, output } = await cdk(mini, args);
  assert.equal(status, 0, `cdk ${args.join(' ')}:\n${output.slice(-6_000)}`);
}

let steps = 0;
async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    const result = await work();
    steps += 1;
    console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    console.error(`✗ ${name}`);
    throw error;
  }
}

async function run(mini: MiniStack): Promise<void> {
  const config = { endpoint: mini.endpoint, region: REGION, credentials };
  const offset = join(mkdtempSync(join(tmpdir(), 'deploy-clock-')), 'offset');
  const clock = fileClock(offset);
  const simulator = await startSimulator({ clock });
  const ecb = await startEcbServer(clock);
  const told = {
    NODE_OPTIONS: `--enable-source-maps --import=${pathToFileURL(resolve('test/deploy/shifted-clock.mjs')).href}`,
    CLOCK_OFFSET_FILE: offset,
    EXCHANGE_RATES_BASE_URL: ecb.baseUrl,
    AWS_ENDPOINT_URL: mini.endpoint,
    AWS_ENDPOINT_URL_S3: mini.endpoint,
    APP_STORE_CONNECT_BASE_URL: simulator.origin,
  };
  try {
    const { directory, leftOut, resources } = await assemblyFor(SETTINGS, told);
    console.log(
      `MiniStack refuses ${leftOut} of ${resources} resources: ${REFUSED.map(({ what }) => what).join(', ')}.`,
    );
    await step('cdk bootstrap', () => mustCdk(mini, 'bootstrap', `aws://${ACCOUNT}/${REGION}`));
    await step('what is left out is really refused', () => stillRefused(config));
    await step('cdk deploy --all', () =>
      mustCdk(mini, 'deploy', '--all', '--require-approval', 'never', '--app', directory),
    );
    const outputs = await outputsOf(config, [STORAGE, JOBS]);
    const output = (name: string): string => {
      // Outputs of the tables carry their construct's name before and a hash behind.
      const value =
        outputs.get(name) ?? [...outputs].find(([key]) => key.startsWith(`LakeTables${name}`))?.[1];
      assert.ok(value, `no output ${name}; there are ${[...outputs.keys()].join(', ')}`);
      return value;
    };
    const deployed: Deployed = {
      config,
      simulator,
      output,
      call: (functionId, payload) => invoke(config, output(`${functionId}FunctionName`), payload),
      // The event source mapping carries the messages; here it is only waited for.
      feed: async (queueOutput) => {
        await untilEmpty(config, output(queueOutput));
        return 1;
      },
      request: (request) => publishRequest(config, output('EventBusName'), request),
      until: patiently,
      clock,
    };
    await putKeys(config, simulator);
    await step('a report: planned, queued, fetched by the event source mapping, stored', () =>
      oneReport(deployed),
    );
    await step('Athena reads it through the Glue table and its partition projection', async () => {
      const [[rows = '0', date = ''] = []] = await query(config, {
        sql: 'SELECT count(*) AS lines, max(report_date) AS newest FROM sales_summary_daily',
        database: output('DatabaseName'),
        workgroup: output('WorkgroupName'),
      });
      assert.ok(Number(rows) > 0, `${rows} rows`);
      assert.match(date, /^\d{4}-\d{2}-\d{2}/);
    });
    await step('a price change: requested, through the FIFO queue, applied at Apple', () =>
      onePriceChange(deployed),
    );
    await step('a check of the keys', () => oneKeyCheck(deployed));
    for (const { what, play, tables } of LATER_JOURNEYS) {
      await step(what, () => play(deployed));
      for (const table of tables)
        await step(`Athena reads ${table}`, async () => {
          const [[rows = '0'] = []] = await query(config, {
            sql: `SELECT count(*) AS lines FROM ${table}`,
            database: output('DatabaseName'),
            workgroup: output('WorkgroupName'),
          });
          assert.ok(Number(rows) > 0, `${rows} rows`);
        });
    }
    await step('a plan that waits is told with what an effect would show', async () =>
      onePreview(deployed, await keepEvents(config, output('EventBusName'), 'Price Change Planned')),
    );
    await step('cdk diff finds no difference', () =>
      mustCdk(mini, 'diff', '--all', '--fail', '--app', directory),
    );
    const changed = await assemblyFor({ ...SETTINGS, keyMaxAgeDays: 45 }, told);
    await step('cdk diff finds a change of the settings', async () => {
      const { status } = await cdk(mini, ['diff', '--all', '--fail', '--app', changed.directory]);
      assert.equal(status, 1);
    });
    await step('cdk deploy: changed settings', () =>
      mustCdk(mini, 'deploy', '--all', '--require-approval', 'never', '--app', changed.directory),
    );
    await step('a check of the keys, by the changed functions', () => oneKeyCheck(deployed));
    await step('cdk destroy: the jobs go, the data stay', async () => {
      await mustCdk(mini, 'destroy', JOBS, '--force', '--app', changed.directory);
      const kept = await outputsOf(config, [STORAGE]);
      assert.equal(kept.get('LakeBucketName'), output('LakeBucketName'));
    });
    console.log(`${steps} steps passed.`);
  } finally {
    await simulator.close();
    await ecb.close();
  }
}

/** A clock that the functions read from a file. */
function fileClock(file: string): SimulatedClock {
  const clock = createSimulatedClock(Date.now());
  const write = (): void => writeFileSync(file, String(clock.now() - Date.now()));
  write();
  return {
    ...clock,
    set: (at) => {
      clock.set(at);
      write();
    },
    advance: (millis) => {
      clock.advance(millis);
      write();
    },
  };
}

const MOST_TRIES = 120;

async function patiently(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (await isSo()) return;
    await new Promise((wait) => setTimeout(wait, 1_000));
  }
  throw new Error(`Not so after ${MOST_TRIES} tries: ${what}`);
}

/** Each kind of resource that is left out, alone in a stack: the list has to be true. */
async function stillRefused(config: { endpoint: string; region: string; credentials: typeof credentials }) {
  const client = new CloudFormationClient(config);
  for (const [index, { what, sample }] of REFUSED.entries()) {
    const StackName = `refused-${index}`;
    const state = await client
      .send(
        new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { One: sample } }) }),
      )
      .then(async () => {
        for (let tries = 0; tries < 50; tries += 1) {
          const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
          const status = Stacks[0]?.StackStatus ?? '';
          if (!status.endsWith('IN_PROGRESS')) return status;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        return 'no end';
      })
      .catch((error: unknown) => `refused: ${String(error)}`);
    assert.notEqual(
      state,
      'CREATE_COMPLETE',
      `MiniStack can create ${what} now: take it off test/deploy/refused.ts`,
    );
    await client.send(new DeleteStackCommand({ StackName })).catch(() => undefined);
  }
  client.destroy();
}

const tools = preparePython({
  requirements: 'test/deploy/requirements.txt',
  directory: '.local/deploy-python',
  version: [3, 11],
});
if (tools === undefined) {
  console.log(
    'SKIPPED: there is no Python 3.11 or newer with venv here, so nothing was deployed to MiniStack.',
  );
} else {
  const mini = await startMiniStack(tools);
  try {
    await run(mini);
  } catch (error) {
    console.error(error);
    console.error(`The end of MiniStack's log:\n${mini.log().slice(-4_000)}`);
    process.exitCode = 1;
  } finally {
    mini.stop();
  }
}
