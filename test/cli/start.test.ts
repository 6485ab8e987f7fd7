import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { registersFor } from '../../cli/commands.ts';
import { ISSUER, newKeyPair } from '../app-store-connect/keys.ts';

const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');

/** Writes the address of every module that a process loads into the file of the variable LOADED. */
const RECORDER = `
import { registerHooks } from 'node:module';
import { writeFileSync } from 'node:fs';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
const ask = globalThis.fetch;
globalThis.fetch = (...request) => { loaded.push('(a request)'); return ask(...request); };
process.on('exit', () => writeFileSync(process.env.LOADED, loaded.join('\\n')));
`;

/** What takes time and what a key from a file does not need. */
const HEAVY =
  /node_modules\/(@aws-sdk|@smithy|@duckdb|aws-cdk|constructs|dynalite|fauxqs|node-forge|hyparquet|csv-parse|temporal|@modelcontextprotocol)|\/(infra|local|functions\/(reports|prices|status|models))\//;

describe('What a command loads', () => {
  let folder: string;
  let key: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
    key = join(folder, 'AuthKey_ABCDE12345.p8');
    writeFileSync(key, newKeyPair().privateKey);
    writeFileSync(join(folder, 'recorder.mjs'), RECORDER);
  });

  const loadedBy = (args: readonly string[]): { stdout: string; status: number | null; loaded: string[] } => {
    const list = join(folder, 'loaded.txt');
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', pathToFileURL(join(folder, 'recorder.mjs')).href, COMMAND, ...args],
      {
        encoding: 'utf8',
        // Nobody listens there: doctor says so and ends.
        env: { ...process.env, LOADED: list, APP_STORE_CONNECT_BASE_URL: 'http://apple.invalid' },
      },
    );
    return { stdout, status, loaded: readFileSync(list, 'utf8').split('\n') };
  };
  const heavyIn = (loaded: readonly string[]): string[] => loaded.filter((url) => HEAVY.test(url));

  it('token --p8: no AWS SDK, no DuckDB, no CDK, no simulator', () => {
    const { stdout, status, loaded } = loadedBy(['token', '--p8', key, '--issuer', ISSUER]);
    assert.equal(status, 0);
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    assert.ok(
      loaded.some((url) => url.endsWith('cli/commands/token.ts')),
      'the recorder records',
    );
    assert.deepEqual(heavyIn(loaded), []);
  });

  it('token explain: the same', () => {
    const { stdout: token } = loadedBy(['token', '--p8', key, '--issuer', ISSUER]);
    const { status, loaded } = loadedBy(['token', 'explain', token.trim()]);
    assert.equal(status, 0);
    assert.deepEqual(heavyIn(loaded), []);
  });

  it('doctor --p8: the same', () => {
    const { stdout, status, loaded } = loadedBy(['doctor', '--p8', key, '--issuer', ISSUER]);
    assert.equal(status, 1, stdout);
    assert.deepEqual(heavyIn(loaded), []);
  });

  it('try: the same until its requests are on their way', () => {
    const args = ['--p8', key, '--issuer', ISSUER, '--vendor', '85012345', '--dir', join(folder, 'try')];
    const { loaded } = loadedBy(['try', '--no-open', ...args]);
    const asked = loaded.indexOf('(a request)');
    assert.ok(asked > 0, 'Apple was asked');
    // What an earlier call has remembered decides what is asked.
    assert.deepEqual(
      heavyIn(loaded.slice(0, asked)).filter((url) => !url.endsWith('/local/try/folder.ts')),
      [],
    );
  });

  it('try with one of its subcommands: all of them, and none for options and their values', async () => {
    const { stdout } = loadedBy(['try', '--help']);
    const [, list = ''] = stdout.split('Commands:\n');
    const names = [...list.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name);
    assert.ok(names.includes('reports') && names.includes('mcp'), stdout);
    const [all] = await registersFor(['try', '--help']);
    const [alone] = await registersFor(['try', '--watch', '--dir', 'folder', '--days', '3']);
    assert.notEqual(alone, all);
    for (const name of names)
      assert.deepEqual(await registersFor(['try', '--dir', 'folder', name]), [all], name);
    assert.deepEqual(await registersFor(['try', 'unknown']), [all], 'which is told as an unknown command');
  });

  it('a command that is named after global options is found, and so is help', () => {
    const named = loadedBy(['--stage', 'status', '--json', 'token', '--p8', key, '--issuer', ISSUER]);
    assert.equal(named.status, 0);
    assert.deepEqual(heavyIn(named.loaded), []);
    const { stdout, status } = loadedBy(['--help']);
    assert.equal(status, 0);
    for (const name of ['status', 'reports', 'prices', 'doctor', 'token', 'try', 'simulate', 'completion'])
      assert.match(stdout, new RegExp(`^ {2}${name}\\b`, 'm'));
    for (const unknown of ['tokn', 'constructor', '__proto__'])
      assert.equal(loadedBy([unknown]).status, 3, `an unknown command: ${unknown}`);
  });
});
