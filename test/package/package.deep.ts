import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import { z } from 'zod';
import { type Consumer, createConsumer, packPackage } from './consumer.ts';

/** Many times as fast as 6; the package's own types are held against 6, too. */
const TYPESCRIPT_7 = resolve('node_modules/typescript-7/bin/tsc');
const STRICT = [
  ...['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'],
  ...['--allowImportingTsExtensions', '--verbatimModuleSyntax', '--erasableSyntaxOnly'],
];
const CDK_APP = `import { App } from 'aws-cdk-lib';
import { createDeployment, JobsStack, StorageStack } from 'app-store-connect-jobs';

const app = new App({ outdir: 'out' });
const deployment = createDeployment({
  settings: {
    teams: [{
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
    }],
  },
});
const storage = new StorageStack(app, 'data', { deployment });
new JobsStack(app, 'jobs', { deployment, storage });
app.synth();
`;
/** A test of somebody else's client, under two test runners. The client signs as any other would. */
const clientTest = (imports: string): string => `${imports}
import { createPrivateKey, sign } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { simulateAppStoreConnect } from 'app-store-connect-jobs/simulator';

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
function tokenOf({ keyId, issuerId, privateKey }) {
  const now = Math.floor(Date.now() / 1000);
  const text = [
    encoded({ alg: 'ES256', kid: keyId, typ: 'JWT' }),
    encoded({ iss: issuerId, aud: 'appstoreconnect-v1', iat: now, exp: now + 120 }),
  ].join('.');
  const key = { key: createPrivateKey(privateKey), dsaEncoding: 'ieee-p1363' };
  return \`\${text}.\${sign('sha256', Buffer.from(text), key).toString('base64url')}\`;
}

test('a client downloads a report, meets a fault, and is seen', async () => {
  const apple = await simulateAppStoreConnect();
  try {
    const headers = { authorization: \`Bearer \${tokenOf(apple.addKey({ role: 'FINANCE' }))}\` };
    apple.putReport({ report: 'SALES/SUMMARY/DAILY', date: '2026-01-05', tsv: 'Provider\\tSKU\\nAPPLE\\tone\\n' });
    apple.putProduct({ kind: 'app', id: '1', prices: { USA: '0.99' } });
    const query = new URLSearchParams({
      'filter[vendorNumber]': apple.vendor,
      'filter[reportType]': 'SALES',
      'filter[reportSubType]': 'SUMMARY',
      'filter[frequency]': 'DAILY',
      'filter[reportDate]': '2026-01-05',
      'filter[version]': '1_0',
    });
    const ask = () => fetch(\`\${apple.url}/v1/salesReports?\${query}\`, { headers });
    apple.fail({ effect: { kind: 'status', status: 500, code: 'UNEXPECTED_ERROR' } });
    check((await ask()).status, 500);
    check(gunzipSync(Buffer.from(await (await ask()).arrayBuffer())).toString(), 'Provider\\tSKU\\nAPPLE\\tone\\n');
    check((await fetch(\`\${apple.url}/v1/apps\`)).status, 401);
    check(apple.requests().map(({ status }) => status).join(), '500,200,401');
    check(apple.pricesOn({ kind: 'app', id: '1' }, '2026-01-05').USA, '0.99');
  } finally {
    await apple.stop();
  }
});
`;
const NODE_TEST = clientTest(`import { equal as check } from 'node:assert/strict';
import { test } from 'node:test';`);
const VITEST = clientTest(`import { expect, test } from 'vitest';
const check = (value, wanted) => expect(value).toBe(wanted);`);
const SIMULATOR_TYPES = `import { simulateAppStoreConnect, type TestKey } from 'app-store-connect-jobs/simulator';

await using apple = await simulateAppStoreConnect({ vendor: '85012345' });
const key: TestKey = apple.addKey({ role: 'APP_MANAGER' });
apple.putProduct({ kind: 'subscription', id: '1', prices: { USA: '9.99' } });
const prices: Readonly<Record<string, string>> = apple.pricesOn({ kind: 'subscription', id: '1' }, '2026-01-05');
export const facts: [string, string | undefined] = [key.keyId, prices['USA']];
`;
describe('The package, installed by somebody else into an empty folder', () => {
  let consumer: Consumer;
  let packed = '';
  before(async () => {
    consumer = createConsumer();
    packed = await packPackage();
    await consumer.run('npm', 'install', '--no-audit', '--no-fund', packed, 'vitest@5.1.1');
    consumer.lend('aws-cdk-lib', 'constructs', 'aws-cdk', '@types/node');
  });

  it('tells its version, and the help of every command', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.equal((await consumer.run('npx', 'asc-jobs', '--version')).trim(), version);
    const ofEverything = async (path: readonly string[]): Promise<number> => {
      const help = await consumer.run('node_modules/.bin/asc-jobs', ...path, '--help');
      assert.match(help, new RegExp(`Usage: ${['asc-jobs', ...path].join(' ')}`));
      const commands = [
        ...(/^Commands:\n((?: {2}.*\n)*)/m.exec(help)?.[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm),
      ]
        .map(([, name = '']) => name)
        .filter((name) => name !== 'help');
      let count = 1;
      for (const name of commands) count += await ofEverything([...path, name]);
      return count;
    };
    assert.ok((await ofEverything([])) > 30);
  });

  it('shows first numbers of an account within a minute: simulate in one terminal, try in another', async () => {
    const startedAt = performance.now();
    const simulator: ChildProcess = consumer.start('node_modules/.bin/asc-jobs', ['simulate', '--port', '0']);
    try {
      // Its output stays open: a simulator whose reader goes away ends.
      const text = await new Promise<string>((resolve, reject) => {
        let printed = '';
        simulator.stdout?.on('data', (chunk) => {
          printed += String(chunk);
          if (/ npx asc-jobs try .*\n/.test(printed)) resolve(printed);
        });
        simulator.once('exit', () => reject(new Error(`the simulator ended: ${printed}`)));
      });
      const [, line = ''] = /^ {2}(.* npx asc-jobs try .*)$/m.exec(text) ?? [];
      const output = await consumer.run('sh', '-c', `${line} --json --no-open`);
      const seconds = (performance.now() - startedAt) / 1000;
      const { proceeds } = z.object({ proceeds: z.array(z.unknown()) }).parse(JSON.parse(output));
      assert.ok(proceeds.length > 0);
      assert.ok(seconds < 60, `${seconds.toFixed(1)} s`);
    } finally {
      simulator.kill('SIGKILL');
    }
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
    consumer.write('simulator-types.ts', SIMULATOR_TYPES);
    await consumer.run('tsc', ...STRICT, '--lib', 'es2024,esnext.disposable', 'app.ts', 'simulator-types.ts');
  });

  it('brings the simulator for other people’s tests, under node:test and vitest', async () => {
    consumer.write('client.test.js', NODE_TEST);
    assert.match(await consumer.run('node', '--test', 'client.test.js'), /pass 1/);
    consumer.write('vitest/client.test.js', VITEST);
    assert.match(await consumer.run('npx', 'vitest', 'run', '--dir', 'vitest'), /1 passed/);
  });

  for (const example of ['own-cdk-app', 'report-consumer', 'prices-in-git'])
    it(`runs docs/examples/${example}: types, tests, synthesis by the CDK CLI`, async () => {
      cpSync(join('docs/examples', example), join(consumer.directory, example), { recursive: true });
      const sources = readdirSync(join(consumer.directory, example)).filter((name) => name.endsWith('.ts'));
      await consumer.runIn(example, 'node', TYPESCRIPT_7, ...STRICT, ...sources);
      const { scripts } = JSON.parse(readFileSync(join('docs/examples', example, 'package.json'), 'utf8'));
      if (scripts.test !== undefined) assert.match(await consumer.runIn(example, 'npm', 'test'), /fail 0/);
      await consumer.runIn(example, 'cdk', 'synth', '--quiet');
      const made = readdirSync(join(consumer.directory, example, 'cdk.out'));
      assert.ok(made.some((name) => name.endsWith('.template.json')));
    });

  it('runs on the oldest Node.js that its manifest names', async () => {
    const installed = 'node_modules/app-store-connect-jobs';
    const { engines } = JSON.parse(readFileSync(join(consumer.directory, installed, 'package.json'), 'utf8'));
    const oldest = String(engines.node).replace('>=', '');
    await consumer.run('npm', 'install', '--prefix', 'oldest', '--no-audit', '--no-fund', `node@${oldest}`);
    const node = join(consumer.directory, 'oldest/node_modules/node/bin/node');
    assert.equal((await consumer.run(node, '--version')).trim(), `v${oldest}`);
    assert.match(await consumer.run(node, join(installed, 'bin/asc-jobs.mjs'), 'try', '--help'), /Usage/);
    consumer.write('client.test.js', NODE_TEST);
    assert.match(await consumer.run(node, '--test', 'client.test.js'), /pass 1/);
  });

  it('tells an older Node.js in one line that it is too old', async () => {
    const bin = join(consumer.directory, 'node_modules/app-store-connect-jobs/bin/asc-jobs.mjs');
    // The file as another Node.js would run it: only the version differs.
    const asOld = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.4' } }); await import(${JSON.stringify(bin)});`;
    await assert.rejects(
      consumer.run('node', '--input-type=module', '-e', asOld),
      /\nasc-jobs needs Node\.js [\d.]+ or newer; this is 20\.19\.4\.\n$/,
    );
  });

  it('brings the pages that its messages point to', () =>
    assert.ok(
      readdirSync(join(consumer.directory, 'node_modules/app-store-connect-jobs/docs')).includes('keys.md'),
    ));

  it('makes a project by init that synthesizes as it is', async () => {
    const given = ['--team', 'acme', '--vendor', '85012345', '--email', 'ops@acme.example', '--prices'];
    await consumer.run(
      'npx',
      'app-store-connect-jobs',
      'init',
      'my-back-office',
      ...given,
      '--package',
      packed,
    );
    await consumer.runIn('my-back-office', 'cdk', 'synth', '--quiet');
    const made = readdirSync(join(consumer.directory, 'my-back-office', 'cdk.out'));
    assert.ok(made.includes('app-store-connect-jobs.template.json'), made.join());
  });
});
