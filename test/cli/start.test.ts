import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ISSUER, newKeyPair } from '../app-store-connect/keys.ts';

const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');

/** Writes the address of every module that a process loads into the file of the variable LOADED. */
const RECORDER = `
import { registerHooks } from 'node:module';
import { writeFileSync } from 'node:fs';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
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
