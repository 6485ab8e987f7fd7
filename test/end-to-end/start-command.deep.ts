import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const START = join(import.meta.dirname, '../../local/start.ts');

describe('npm start', () => {
  for (const [name, input] of [
    ['closed', '<&-'],
    ['/dev/null', '</dev/null'],
  ] as const)
    it(`holds all that it claims with a standard input that is ${name}, as in Docker or under nohup`, () => {
      const cwd = mkdtempSync(join(tmpdir(), 'start-'));
      try {
        const { status, stdout, stderr } = spawnSync(
          'sh',
          ['-c', `exec "${process.execPath}" "${START}" ${input}`],
          {
            cwd,
            encoding: 'utf8',
            maxBuffer: 64 * 1024 * 1024,
          },
        );
        assert.equal(status, 0, `${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
        assert.doesNotMatch(stdout, /✗/);
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    });
});
