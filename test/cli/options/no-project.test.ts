import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';

const COMMAND = resolve('cli/asc-jobs.ts');

describe('asc-jobs in an empty directory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'empty-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [COMMAND, ...args], { cwd: directory, encoding: 'utf8' });

  it('says where to start', () => {
    const { stdout, stderr } = run();
    for (const start of ['try --p8', 'simulate', 'init'])
      assert.match(`${stdout}${stderr}`, new RegExp(`Where to start:[\\s\\S]*\\n {2}asc-jobs ${start} `));
  });

  it('says what a command for a deployment needs, and what works without one', () => {
    const { status, stdout, stderr } = run('status');
    assert.equal(status, 3);
    assert.equal(stdout, '');
    assert.match(stderr, /^There is no cdk\.json in this directory/);
    assert.match(stderr, /--settings FILE.*asc-jobs init.*asc-jobs try/);
  });

  it('names a settings file that is not there', () => {
    assert.match(run('status', '--settings', 'acme.json').stderr, /^There is no file acme\.json/);
  });
});
