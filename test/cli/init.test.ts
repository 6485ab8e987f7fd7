import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CDK_VERSIONS } from '../../cli/commands/init/project-files.ts';
import { connect } from '../../cli/deployment/connect.ts';
import type { Io } from '../../cli/terminal/io.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { MORNING_SETTINGS } from '../../local/demo/morning.ts';
import { makeKey, startWorld, type World } from '../../local/world/world.ts';
import { keyLines } from '../leaks.ts';
import { runCommand } from './operator/run-command.ts';

const root = mkdtempSync(join(tmpdir(), 'init-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Runs `asc-jobs init`. `answers`: what the person types, in turn; none: nobody is there. */
async function init(args: readonly string[], more: Partial<Io> = {}, answers: readonly string[] = []) {
  const waiting = [...answers];
  return runCommand(['init', ...args], {
    ask: async () => waiting.shift(),
    now: () => Date.parse('2026-11-24T18:00:00Z'),
    ...more,
  });
}

const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const GIVEN = ['--team', 'acme', '--vendor', '85012345', '--email', 'ops@acme.example'];

describe('asc-jobs init', () => {
  it('makes a project whose settings are valid, and says the next command', async () => {
    const { exit, out } = await init([join(root, 'office'), ...GIVEN, '--prices']);
    assert.equal(exit, 0);
    const settings = parseSettings(JSON.parse(read('office', 'cdk.json')).context.appStoreConnect);
    assert.deepEqual(settings.teams[0]?.keys, {
      reports: 'app-store-connect/acme/reports',
      prices: 'app-store-connect/acme/prices',
    });
    assert.deepEqual(settings.notify.emails, ['ops@acme.example']);
    const flags = ({
      context: { appStoreConnect: _, region: __, ...rest },
    }: {
      context: Record<string, unknown>;
    }) => rest;
    const own = flags(JSON.parse(readFileSync('cdk.json', 'utf8')));
    for (const [flag, value] of Object.entries(flags(JSON.parse(read('office', 'cdk.json')))))
      assert.deepEqual(value, own[flag], flag);
    assert.equal(own['@aws-cdk/core:defaultCrossStackReferences'], 'strong');
    assert.match(read('office', 'cdk.json'), /defaultCrossStackReferences/);
    assert.match(out, /npm install\n {2}npm run synth/);
    assert.match(out, /key for reports still has to be put/);
    assert.match(
      out,
      /key for prices still has to be put into the secret app-store-connect\/acme\/prices: .*--prices-p8/,
    );
    assert.match(out, /confirm the e-mail that AWS sends to ops@acme\.example/);
    assert.match(read('office', 'README.md'), /app-store-connect\/acme\/prices[\s\S]*--prices-p8/);
  });

  it('never overwrites: what is there stays, what is missing is written again', async () => {
    writeFileSync(join(root, 'office', 'app.mjs'), '// mine\n');
    rmSync(join(root, 'office', 'README.md'));
    const before = read('office', 'cdk.json');
    const { exit, out } = await init([join(root, 'office'), '--prices']);
    assert.equal(exit, 0, out);
    assert.equal(read('office', 'app.mjs'), '// mine\n');
    assert.equal(read('office', 'cdk.json'), before);
    assert.match(out, /app\.mjs: kept as it is/);
    assert.match(out, /cdk\.json: there already/);
    assert.match(out, /README\.md: written/);
  });

  it('asks a person for what was not given', async () => {
    const { exit } = await init([join(root, 'asked')], {}, [
      'acme',
      '85012345',
      'a@acme.example, b@acme.example',
    ]);
    assert.equal(exit, 0);
    const settings = parseSettings(JSON.parse(read('asked', 'cdk.json')).context.appStoreConnect);
    assert.deepEqual(settings.notify.emails, ['a@acme.example', 'b@acme.example']);
    assert.equal(settings.teams[0]?.keys.prices, undefined);
  });

  it('says which options are missing where nobody can be asked, and lists wrong settings before it writes', async () => {
    const nobody = await init([join(root, 'none')]);
    assert.deepEqual([nobody.exit, /--team/.test(nobody.err)], [3, true]);
    const wrong = await init([
      join(root, 'none'),
      '--team',
      'acme',
      '--vendor',
      'eighty',
      '--email',
      'nobody',
    ]);
    assert.equal(wrong.exit, 3);
    assert.match(wrong.err, /vendors/);
    assert.match(wrong.err, /e-mail/);
    assert.ok(!existsSync(join(root, 'none')));
  });

  it('its commands look where it is deployed to: where its cdk.json says, unless AWS_REGION says otherwise', async () => {
    const directory = join(root, 'paris');
    assert.equal((await init([directory, ...GIVEN, '--region', 'eu-west-3'])).exit, 0);
    const options = { stage: 'prod', settings: join(directory, 'cdk.json') };
    const io = { out: () => {}, err: () => {}, ask: async () => undefined, now: () => 0 };
    const regionWith = (env: NodeJS.ProcessEnv) =>
      connect(options, { ...io, env }).aws.secrets.config.region();
    assert.equal(await regionWith({}), 'eu-west-3');
    assert.equal(await regionWith({ AWS_REGION: 'eu-north-1' }), 'eu-north-1');
    // The stacks are given the same.
    assert.match(read('paris', 'app.mjs'), /region: process\.env\.AWS_REGION \|\| context\.region\b/);
    assert.equal(JSON.parse(read('paris', 'cdk.json')).context.region, 'eu-west-3');
  });

  it('called again it takes the region of the project, not another one', async () => {
    const directory = join(root, 'paris');
    rmSync(join(directory, 'README.md'));
    assert.equal((await init([directory])).exit, 0);
    assert.match(read('paris', 'README.md'), /eu-west-3/);
  });

  it('names the CDK that this version is tested with', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    assert.equal(CDK_VERSIONS.cli, devDependencies['aws-cdk']);
    assert.equal(CDK_VERSIONS.lib, `^${devDependencies['aws-cdk-lib']}`);
    assert.equal(CDK_VERSIONS.constructs, `^${devDependencies['constructs']}`);
  });
});

describe('asc-jobs init and odd words', () => {
  const wrong = async (directory: string, args: readonly string[], more: Partial<Io> = {}) => {
    const { exit, err } = await init([join(root, directory), ...args], more);
    assert.ok(!existsSync(join(root, directory)), 'nothing is written');
    return `${exit} ${err}`;
  };

  it('a region never becomes code of the project', async () => {
    const evil = "x'); process.exit(7); ('";
    assert.match(await wrong('region', [...GIVEN, '--region', evil]), /^3 .*region/s);
    assert.match(await wrong('region', GIVEN, { env: { AWS_REGION: evil } }), /^3 .*region/s);
    assert.match(await wrong('region', [...GIVEN, '--region', 'eu-central-1\n']), /^3 .*region/s);
  });

  it('a team, a vendor number and an address that are none are refused, given or typed, before anything is written', async () => {
    for (const team of ["acme'", 'acme\n', '../acme', 'acme`id`', '', ' ', 'аcme']) {
      assert.match(
        await wrong('team', ['--team', team, '--vendor', '85012345']),
        /^3 /,
        JSON.stringify(team),
      );
      const typed = await init([join(root, 'team')], {}, [team, '85012345', '', 'n']);
      // What is typed is taken without the blanks around it.
      assert.equal(typed.exit, team.trim() === 'acme' ? 0 : 3, JSON.stringify(team));
      rmSync(join(root, 'team'), { recursive: true, force: true });
    }
    assert.match(await wrong('vendor', ['--team', 'acme', '--vendor', '85012345\n']), /^3 /);
    for (const email of ['a@acme.example\nb', '<a@acme.example>', '`id`@acme.example;x'])
      assert.match(
        await wrong('email', ['--team', 'acme', '--vendor', '85012345', '--email', email]),
        /^3 /,
        email,
      );
  });

  it('a folder of any name gets a package that npm takes, and a line that a shell takes as that folder', async () => {
    for (const name of [
      "it's; touch x",
      'a b',
      '$(touch x)',
      '日本',
      '-',
      'A_B.c',
      `${'long'.repeat(60)}`,
      'a\nb',
      '`id`"',
    ]) {
      const directory = join(root, 'odd', name);
      const { exit, out, err } = await init([directory, ...GIVEN]);
      assert.equal(exit, 0, err);
      assert.match(
        JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).name,
        /^[a-z0-9][a-z0-9-]{0,99}$/,
      );
      const cd = out.slice(out.indexOf('\n  cd ') + 1, out.indexOf('\n  npm install'));
      const there = execFileSync('sh', ['-c', `${cd}\npwd`], { cwd: root, encoding: 'utf8' });
      assert.equal(there, `${directory}\n`);
    }
    assert.ok(!existsSync(join(root, 'x')));
    const words = JSON.parse(readFileSync(join(root, 'odd', 'a b', 'package.json'), 'utf8'));
    assert.equal(words.name, 'a-b');
  });

  it('leaves alone whatever stands in the place of a file: a folder, a link to another file, a link to nothing', async () => {
    const directory = join(root, 'taken');
    mkdirSync(join(directory, 'README.md'), { recursive: true });
    writeFileSync(join(root, 'other'), 'mine');
    symlinkSync(join(root, 'other'), join(directory, 'package.json'));
    symlinkSync(join(root, 'nothing'), join(directory, 'app.mjs'));
    const { exit, out, err } = await init([directory, ...GIVEN]);
    assert.equal(exit, 0, err);
    for (const file of ['README.md', 'package.json', 'app.mjs'])
      assert.ok(out.includes(`${file}: kept as it is`), file);
    assert.equal(read('other'), 'mine');
    assert.ok(!existsSync(join(root, 'nothing')));
  });

  it('what names the package stays text of package.json', async () => {
    const spec = 'file:/tmp/a"b\n","scripts":{"install":"evil"},"x":"';
    assert.equal((await init([join(root, 'spec'), ...GIVEN, '--package', spec])).exit, 0);
    const { dependencies, scripts } = JSON.parse(read('spec', 'package.json'));
    assert.equal(dependencies['app-store-connect-jobs'], spec);
    assert.deepEqual(Object.keys(scripts), ['synth', 'diff', 'deploy', 'status']);
  });
});

describe('asc-jobs init with a key', () => {
  let world: World;
  let p8 = '';
  before(async () => {
    world = await startWorld({ now: Date.parse('2026-11-24T18:00:00Z'), settings: MORNING_SETTINGS });
    p8 = join(root, 'AuthKey_LOCALKEY00.p8');
    writeFileSync(p8, world.keys.get('acme')?.privateKeyPem ?? '');
  });
  after(() => world.close());

  const withKey = (directory: string, ...more: string[]) =>
    init(
      [
        join(root, directory),
        ...['--team', 'other', '--vendor', '85012345', '--p8', p8],
        ...['--issuer', world.keys.get('acme')?.issuerId ?? '', '--role', 'FINANCE'],
        ...['--endpoint', world.cloud.clientConfig.endpoint, ...more],
      ],
      { env: { APP_STORE_CONNECT_BASE_URL: world.simulator.origin } },
    );

  it('tries it at Apple, puts it into Secrets Manager once, and nowhere else', async () => {
    const { exit, out, err } = await withKey('keyed', '--put-key', '--yes');
    assert.equal(exit, 0, err);
    assert.match(err, /Apple takes the vendor number/);
    assert.match(out, /The key for reports is in the secret app-store-connect\/other\/reports/);
    const secrets = new SecretsManagerClient(world.cloud.clientConfig);
    const { SecretString = '{}' } = await secrets.send(
      new GetSecretValueCommand({ SecretId: 'app-store-connect/other/reports' }),
    );
    secrets.destroy();
    const stored = JSON.parse(SecretString);
    assert.deepEqual([stored.keyId, stored.kind, stored.role], ['LOCALKEY00', 'team', 'FINANCE']);
    const texts = [
      out,
      err,
      ...['cdk.json', 'package.json', 'app.mjs', 'README.md'].map((file) => read('keyed', file)),
    ];
    for (const line of keyLines(readFileSync(p8, 'utf8')))
      assert.ok(!texts.some((text) => text.includes(line)), 'key material');
    const again = await withKey('keyed', '--put-key', '--yes');
    assert.match(again.out, /is there already, and its key stays/);
  });

  const secretIn = async (name: string): Promise<Record<string, unknown>> => {
    const secrets = new SecretsManagerClient(world.cloud.clientConfig);
    try {
      const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId: name }));
      return JSON.parse(SecretString);
    } finally {
      secrets.destroy();
    }
  };
  const keyFile = (keyId: string, role: 'FINANCE' | 'APP_MANAGER' | 'DEVELOPER'): string => {
    const issuerId = world.keys.get('acme')?.issuerId ?? '';
    const file = join(root, `AuthKey_${keyId}.p8`);
    writeFileSync(file, makeKey(world.simulator, { team: 'acme', issuerId, keyId, role }).privateKeyPem);
    return file;
  };
  /** At a terminal, with these answers. Gives what was asked, too. */
  const atTerminal = async (args: readonly string[], answers: readonly string[]) => {
    const asked: string[] = [];
    const waiting = [...answers];
    const said = await init([...args, '--endpoint', world.cloud.clientConfig.endpoint], {
      env: { APP_STORE_CONNECT_BASE_URL: world.simulator.origin },
      ask: async (question) => {
        asked.push(question);
        return waiting.shift() ?? assert.fail(`no answer for: ${question}`);
      },
    });
    return { ...said, asked, left: waiting };
  };

  it('says which options put a key where nobody can be asked', async () => {
    const { exit, err } = await withKey('nobody', '--email', 'ops@acme.example', '--yes', '--prices');
    assert.equal(exit, 0, err);
    assert.match(err, /repeat it with --put-key --yes/);
    assert.match(err, /Key LOCALKEY00 was not put into Secrets Manager/);
    assert.doesNotMatch(err, /Nothing was done/);
  });

  it('asks a person for everything, both keys and where to put them included', async () => {
    const issuer = world.keys.get('acme')?.issuerId ?? '';
    const [reports, prices] = [keyFile('REPORTS001', 'FINANCE'), keyFile('PRICES0001', 'APP_MANAGER')];
    const renamed = join(root, 'key for prices.p8');
    writeFileSync(renamed, readFileSync(prices, 'utf8'));
    const { exit, out, err, asked, left } = await atTerminal(
      [join(root, 'person')],
      [
        ...['person', '85012345', 'ops@acme.example', 'y'],
        ...[reports, issuer, 'Finance'],
        // As a terminal quotes what is dropped into it; its name does not tell the key ID.
        ...[`'${renamed}'`, 'PRICES0001', 'App Manager'],
        ...['y', 'yes'],
      ],
    );
    assert.equal(exit, 0, err);
    assert.deepEqual(left, []);
    assert.match(
      asked.join('\n'),
      /Put key REPORTS001 for reports into the secret app-store-connect\/person\/reports/,
    );
    const stored = [
      await secretIn('app-store-connect/person/reports'),
      await secretIn('app-store-connect/person/prices'),
    ];
    assert.deepEqual(
      stored.map(({ keyId, issuerId, role }) => [keyId, issuerId, role]),
      [
        ['REPORTS001', issuer, 'Finance'],
        ['PRICES0001', issuer, 'App Manager'],
      ],
    );
    assert.match(
      out,
      /The key for reports is in the secret app-store-connect\/person\/reports\.\nThe key for prices is in/,
    );
    const settings = parseSettings(JSON.parse(read('person', 'cdk.json')).context.appStoreConnect);
    assert.equal(settings.teams[0]?.keys.prices, 'app-store-connect/person/prices');
    const texts = [out, err, read('person', 'cdk.json'), read('person', 'README.md')];
    for (const line of [reports, prices].flatMap((file) => keyLines(readFileSync(file, 'utf8'))))
      assert.ok(!texts.some((text) => text.includes(line)), 'key material');
  });

  it('called again asks only for the keys, and leaves what is there', async () => {
    const { exit, out, err, asked } = await atTerminal([join(root, 'person')], ['', '']);
    assert.equal(exit, 0, err);
    assert.deepEqual(
      asked.map((question) => question.split(',')[0]),
      ['File of the key for reports', 'File of the key for prices'],
    );
    assert.match(out, /cdk\.json: there already/);
    const other = keyFile('ANOTHER001', 'FINANCE');
    const again = await init(
      [
        join(root, 'person'),
        ...['--p8', other, '--issuer', world.keys.get('acme')?.issuerId ?? '', '--put-key', '--yes'],
        ...['--endpoint', world.cloud.clientConfig.endpoint],
      ],
      { env: { APP_STORE_CONNECT_BASE_URL: world.simulator.origin } },
    );
    assert.match(again.out, /app-store-connect\/person\/reports is there already, and its key stays/);
    assert.equal((await secretIn('app-store-connect/person/reports'))['keyId'], 'REPORTS001');
  });

  it('takes both keys as flags, and puts nothing where the person says no', async () => {
    const issuer = world.keys.get('acme')?.issuerId ?? '';
    const flags = [
      ...['--team', 'flags', '--vendor', '85012345', '--email', 'ops@acme.example', '--prices'],
      ...['--p8', keyFile('FLAGKEY001', 'FINANCE'), '--issuer', issuer, '--role', 'FINANCE'],
      ...['--prices-p8', keyFile('FLAGKEY002', 'APP_MANAGER'), '--prices-role', 'APP_MANAGER'],
    ];
    const no = await atTerminal([join(root, 'flags'), ...flags, '--put-key'], ['n', 'n']);
    assert.equal(no.exit, 0, no.err);
    await assert.rejects(secretIn('app-store-connect/flags/prices'), /can't find/);
    const yes = await atTerminal([join(root, 'flags'), ...flags, '--put-key', '--yes'], []);
    assert.equal(yes.exit, 0, yes.err);
    assert.equal((await secretIn('app-store-connect/flags/prices'))['keyId'], 'FLAGKEY002');
  });

  it('refuses a key that is none for its job: nothing is written', async () => {
    const issuer = world.keys.get('acme')?.issuerId ?? '';
    const given = [
      '--team',
      'narrow',
      '--vendor',
      '85012345',
      '--email',
      'ops@acme.example',
      '--issuer',
      issuer,
    ];
    for (const [flags, expected] of [
      [
        ['--prices', '--prices-p8', keyFile('NARROW0001', 'FINANCE'), '--prices-role', 'APP_MANAGER'],
        /no key for prices/,
      ],
      [
        ['--prices', '--prices-p8', keyFile('NARROW0002', 'DEVELOPER'), '--prices-role', 'Developer'],
        /role DEVELOPER cannot change prices/,
      ],
      [['--p8', keyFile('NARROW0003', 'APP_MANAGER'), '--role', 'App Manager'], /may not read reports/],
    ] as const) {
      // Nobody is asked for the other key.
      const { exit, err } = await init([join(root, 'narrow'), ...given, ...flags, '--put-key', '--yes'], {
        env: { APP_STORE_CONNECT_BASE_URL: world.simulator.origin },
      });
      assert.equal(exit, 2, err);
      assert.match(err, expected);
      assert.ok(!existsSync(join(root, 'narrow')));
    }
  });

  it('writes nothing for a key that Apple refuses', async () => {
    world.simulator.revokeKey('LOCALKEY00');
    const { exit, err } = await withKey('refused', '--put-key', '--yes');
    assert.equal(exit, 2, err);
    assert.ok(!existsSync(join(root, 'refused')));
  });
});
