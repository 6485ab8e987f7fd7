import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { synthesizeAssembly } from '../../local/aws/assembly.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';
import { startEcbServer } from '../../local/ecb/ecb-server.ts';
import { startSimulator } from '../../local/simulator/index.ts';
import { script } from '../../tools/script/script.ts';
import { bootstrap, deployStack, REGION } from './deploy.ts';
import { putKeys, SETTINGS } from './deployment-keys.ts';
import { DeployedFunctions } from './functions.ts';
import { type Deployed, oneKeyCheck, onePriceChange, oneReport } from './journeys.ts';
import { LATER_JOURNEYS } from './later-journeys.ts';
import { LEFT_OUT_BY_MOTO, MOTO_LIMITS } from './moto-limits.ts';
import { type PythonTools, preparePython, startMoto } from './python.ts';

script(
  'npm run test:cloudformation',
  "The templates through cfn-lint and CloudFormation (moto's), the built bundles against what it made.",
)
  .addHelpText(
    'after',
    '\nIt needs Python 3.9 with venv and the package index; without, it is skipped and says so.',
  )
  .parse();

const STORAGE = 'app-store-connect-storage';
const JOBS = 'app-store-connect-jobs';
/**
 * W3005: CDK writes beside each reference to a role that the function depends on it, which is true and harmless.
 */
const LINT_IGNORED = ['W3005'];

async function run(python: PythonTools): Promise<void> {
  console.log(
    `What moto cannot do, and what is done about it:\n${MOTO_LIMITS.map((each) => `  - ${each}`).join('\n')}`,
  );
  const assembly = await synthesizeAssembly({ appStoreConnect: SETTINGS });
  await step('cfn-lint finds nothing in either template', () => lint(python, assembly));
  const moto = await startMoto(python);
  const config = {
    endpoint: moto.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'moto', secretAccessKey: 'moto' },
  };
  const clock = createSimulatedClock(Date.now());
  const simulator = await startSimulator({ clock });
  const ecb = await startEcbServer(clock);
  const functions = new DeployedFunctions(config, assembly, {
    ...{ apple: simulator.origin, rates: ecb.baseUrl, clock },
  });
  try {
    const outputs = await step('both stacks are created by CloudFormation', async () => {
      await bootstrap(assembly, [STORAGE, JOBS], config, python);
      const storage = await deployStack(assembly, STORAGE, config);
      const jobs = await deployStack(assembly, JOBS, config);
      checkResources(
        assembly,
        new Set([...storage.resources, ...jobs.resources].map((each) => each.LogicalResourceId)),
      );
      return { ...storage.outputs, ...jobs.outputs };
    });
    await step('the keys are put into their secrets', () => putKeys(config, simulator));
    const asset = assetsOf(assembly);
    const output = (name: string): string => outputs[name] ?? '';
    const deployed: Deployed = {
      config,
      simulator,
      output,
      call: (id, payload) => functions.invoke(output(`${id}FunctionName`), asset(id), payload),
      feed: (queue, id) => functions.feed(output(queue), output(`${id}FunctionName`), asset(id)),
      request: (request) => deployed.call('AcceptPriceChange', request),
      // Nothing happens between two feeds.
      until: async (what, isSo) => assert.ok((await isSo()) || (await isSo()), `not so: ${what}`),
      clock,
    };
    await step('one report: planned, queued, fetched, stored, in the ledger', () => oneReport(deployed));
    await step('one price change: accepted, queued, applied, proved, in effect at Apple', () =>
      onePriceChange(deployed),
    );
    await step('one check of the keys: both are well, and the ledger says so', () => oneKeyCheck(deployed));
    for (const { what, play, needsBus } of LATER_JOURNEYS)
      if (!needsBus) await step(what, () => play(deployed));
    console.log(`\n${passed} passed, 0 failed`);
  } catch (error) {
    console.error(moto.said().slice(-4000));
    throw error;
  } finally {
    await functions.close();
    await simulator.close();
    await ecb.close();
    moto.stop();
  }
}

let passed = 0;

async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    const result = await work();
    passed += 1;
    console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    console.error(`✗ ${name}`);
    throw error;
  }
}

function lint(python: PythonTools, assembly: string): void {
  const templates = [STORAGE, JOBS].map((stack) => join(assembly, `${stack}.template.json`));
  const ignored = LINT_IGNORED.flatMap((rule) => ['--ignore-checks', rule]);
  const { status, output } = python.run('cfn-lint', ['--regions', REGION, ...ignored, '--', ...templates]);
  assert.equal(status, 0, output);
}

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
});

const functionSchema = z.object({ Code: z.object({ S3Key: z.string() }) });

/** Every resource was made, but for the types that moto is known to leave out. */
function checkResources(assembly: string, made: ReadonlySet<string | undefined>): void {
  const missing = [STORAGE, JOBS].flatMap((stack) =>
    Object.entries(readTemplate(assembly, stack))
      .filter(([id]) => !made.has(id))
      .map(([, { Type }]) => Type),
  );
  const unexpected = missing.filter((type) => !LEFT_OUT_BY_MOTO.includes(type));
  assert.deepEqual([...new Set(unexpected)], [], 'moto has left out more than it is known to');
}

const readTemplate = (assembly: string, stack: string) =>
  templateSchema.parse(JSON.parse(readFileSync(join(assembly, `${stack}.template.json`), 'utf8'))).Resources;

/** Where a function's bundle lies in the assembly. */
function assetsOf(assembly: string): (id: string) => string {
  const resources = Object.entries(readTemplate(assembly, JOBS));
  return (id) => {
    const found = resources.find(
      ([logicalId, { Type }]) =>
        Type === 'AWS::Lambda::Function' && logicalId.replace(/[0-9A-F]{8}$/, '').endsWith(id),
    );
    const { Code } = functionSchema.parse(found?.[1].Properties);
    return `asset.${Code.S3Key.replace(/\.zip$/, '')}`;
  };
}

const tools = preparePython();
if (tools === undefined) {
  console.log(
    'SKIPPED: there is no Python 3.9 or newer with venv here, so nothing was checked with cfn-lint and moto.',
  );
} else {
  await run(tools);
}
