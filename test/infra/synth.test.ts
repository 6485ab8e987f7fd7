import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { synthesizeAssembly } from '../../local/aws/assembly.ts';
import { functionBundles } from '../../tools/bundles/function-bundles.ts';
import { modulesAtStart } from '../../tools/bundles/modules-at-start.ts';
import { itMore } from '../groups/extent.ts';
import { appOf, SETTINGS, templateOf } from './templates.ts';

const directory = mkdtempSync(join(tmpdir(), 'synth-'));

/** What a user sees who synthesizes with this settings file. */
function synthWith(settings: unknown) {
  const file = join(directory, 'settings.json');
  writeFileSync(file, JSON.stringify(settings));
  return spawnSync(process.execPath, ['infra/app.ts'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: join(directory, 'out'),
      CDK_CONTEXT_JSON: JSON.stringify({ settings: file }),
    },
  });
}

describe('Synth', () => {
  it('tells five mistakes in five messages, without a stack trace', () => {
    const { status, stderr } = synthWith({
      teams: [
        { name: 'Acme!', keys: {}, vendors: [{ number: 85012345, reports: ['SALES'], backfillDays: -1 }] },
      ],
    });
    assert.equal(status, 1);
    const paths = [
      'teams[0].name',
      'teams[0].keys.reports',
      'vendors[0].number',
      'vendors[0].reports[0]',
      'vendors[0].backfillDays',
    ];
    for (const path of paths) assert.ok(stderr.includes(path), `${path} is missing in:\n${stderr}`);
    assert.match(stderr, /^5 problems/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it('refuses an option that is misspelled, instead of deploying the default', () => {
    assert.throws(() => appOf({ stge: 'dev' }), /-c stge: is not an option; did you mean stage\?/);
    assert.ok(appOf({ 'cost-centre': 'app-store' }), 'context of other stacks is left alone');
  });

  it('refuses a report that does not exist, and names those that do', () => {
    const { status, stderr } = synthWith({
      teams: [
        {
          name: 'acme',
          keys: { reports: 'k' },
          vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/HOURLY'] }],
        },
      ],
    });
    assert.equal(status, 1);
    assert.match(stderr, /"SALES\/SUMMARY\/HOURLY" is not a report .* SALES\/SUMMARY\/DAILY/);
  });

  itMore('passes the security checks and CloudFormation’s own rules', () => {
    delete process.env['CDK_VALIDATION'];
    try {
      assert.ok(existsSync(join(appOf().synth().directory, 'manifest.json')));
    } finally {
      process.env['CDK_VALIDATION'] = 'false';
    }
  });

  it('fails on a finding nobody has acknowledged', () => {
    const app = appOf();
    new CfnBucket(new Stack(app, 'careless'), 'Open', {});
    assert.throws(() => app.synth(), /Validation failed/);
  });
});

describe('The built bundles', () => {
  it('are ES modules with a handler and the checked settings beside it', async () => {
    const assembly = await synthesizeAssembly({ appStoreConnect: SETTINGS });
    const bundles = readdirSync(assembly).filter((name) => existsSync(join(assembly, name, 'index.mjs')));
    const functions = templateOf(appOf(), 'app-store-connect-jobs').findResources('AWS::Lambda::Function');
    assert.equal(bundles.length, Object.keys(functions).length);
    for (const bundle of bundles) {
      const settings: unknown = JSON.parse(readFileSync(join(assembly, bundle, 'settings.json'), 'utf8'));
      assert.deepEqual(settings, parseSettings(SETTINGS));
      const module: { handler?: unknown } = await import(
        pathToFileURL(join(assembly, bundle, 'index.mjs')).href
      );
      assert.equal(typeof module.handler, 'function');
    }
  });

  it('load at the start only what a run needs', async () => {
    const assembly = await synthesizeAssembly({ appStoreConnect: SETTINGS });
    for (const { name, path } of functionBundles(assembly)) {
      const started = modulesAtStart(path)
        .map((file) => readFileSync(file, 'utf8'))
        .join('\n');
      // Texts of the modules that would be there if something imported them statically.
      for (const { text, because, but = [] } of NOT_AT_START)
        assert.ok(but.includes(name) || !started.includes(text), `${name} holds "${text}": ${because}`);
      assert.ok(started.length < MOST_AT_START, `${name} loads ${started.length} characters at its start`);
    }
  });
});

const MOST_AT_START = 960_000;

const NOT_AT_START: readonly { text: string; because: string; but?: readonly string[] }[] = [
  {
    text: 'ltige Eingabe',
    because: "zod's messages in German; import it as `import * as z from 'zod'`",
  },
  {
    text: '"Analytics Request Restarted":',
    because: 'schemas of all events take time to build; their names are in functions/events/event-types.ts',
    but: ['TellPeople'],
  },
  { text: 'sso_start_url', because: 'Lambda gives its credentials in the environment' },
  { text: 'BYTE_STREAM_SPLIT', because: 'the writer of Parquet files is loaded with the first file' },
  {
    text: 'CSV_QUOTE_NOT_CLOSED',
    because: 'the readers of price files are loaded with the first file',
    // They read such files each day.
    but: ['ReconcilePrices', 'FetchExchangeRates'],
  },
];
