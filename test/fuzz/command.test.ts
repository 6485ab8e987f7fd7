import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { newKeyPair } from '../app-store-connect/keys.ts';
import { runCommand } from '../cli/operator/run-command.ts';
import { keyLines } from '../leaks.ts';
import { play, tellsNo } from './cases.ts';
import { nastyText } from './hostile.ts';

/** Nobody listens here: every call to AWS or Apple is refused at once. */
const NOWHERE = 'http://127.0.0.1:1';
const COMMANDS = [
  ['doctor'],
  ['status'],
  ['token'],
  ['completion'],
  ...['list', 'backfill', 'get', 'query'].map((name) => ['reports', name]),
  ...['plan', 'apply', 'approve', 'status', 'rollback', 'diff'].map((name) => ['prices', name]),
  ...['status', 'check', 'remind', 'rotate', 'thumbprint'].map((name) => ['keys', name]),
];
const OPTIONS = [
  '--team',
  '--vendor',
  '--report',
  '--from',
  '--to',
  '--date',
  '--state',
  '--refetch',
  '--yes',
  '--no-wait',
  '--plan',
  '--by',
  '--key',
  '--reason',
  '--job',
  '--minutes',
  '--write',
  '--p8',
  '--key-id',
  '--issuer',
  '--role',
  '--created-at',
  '--revoked',
  '--markdown',
  '--json',
  '--table',
  '--stage',
  '--help',
];
const GOOD = [
  'acme',
  '85012345',
  'SALES/SUMMARY/DAILY',
  '2026-11-23',
  'reports',
  'zsh',
  'prices.json',
  'AuthKey_ABCDE12345.p8',
];

/** What the engine says of a mistake of ours; people are told what to do instead. */
const RAW =
  /TypeError|RangeError|ReferenceError|SyntaxError|ZodError|AssertionError|\n {4}at |\[object Object\]/;

describe('What somebody types', () => {
  const home = process.cwd();
  const attempts = process.env['AWS_MAX_ATTEMPTS'];
  const { privateKey } = newKeyPair();
  let directory = '';
  before(() => {
    process.env['AWS_MAX_ATTEMPTS'] = '1';
    directory = mkdtempSync(join(tmpdir(), 'command-'));
    mkdirSync(join(directory, '.local'));
    const settings = {
      teams: [
        {
          name: 'acme',
          keys: { reports: 'acme/reports', prices: 'acme/prices' },
          vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'] }],
        },
      ],
    };
    writeFileSync(
      join(directory, '.local/stack.json'),
      JSON.stringify({ endpoint: NOWHERE, apple: NOWHERE, settings }),
    );
    writeFileSync(join(directory, 'AuthKey_ABCDE12345.p8'), privateKey);
    writeFileSync(join(directory, 'prices.json'), privateKey);
    process.chdir(directory);
  });
  after(() => {
    process.chdir(home);
    if (attempts === undefined) delete process.env['AWS_MAX_ATTEMPTS'];
    else process.env['AWS_MAX_ATTEMPTS'] = attempts;
    rmSync(directory, { recursive: true, force: true });
  });

  it('ends with a documented exit code and words for a person, without a word of a key', (context) => {
    // An operating system gives no argument with a NUL.
    const typeable = nastyText.filter((text) => !text.includes('\0'));
    const word = fc.oneof(fc.constantFrom(...OPTIONS), fc.constantFrom(...GOOD), typeable);
    const typed = fc.tuple(fc.constantFrom(...COMMANDS), fc.array(word, { maxLength: 8 }));
    return play(context, 'commands', typed, async ([command, words]) => {
      const { exit, out, err } = await runCommand(['--local', ...command, ...words], {
        now: () => Date.parse('2026-11-24T17:07:00Z'),
      });
      const said = out + err;
      assert.ok([0, 1, 2, 3].includes(exit), `exit code ${exit}`);
      assert.ok(exit === 0 || said.trim() !== '', 'says why it failed');
      // What was typed may be repeated; it is not what is looked for.
      assert.doesNotMatch(
        words.reduce((text, one) => text.replaceAll(one, ''), said),
        RAW,
      );
      tellsNo(keyLines(privateKey), said);
    });
  });
});
