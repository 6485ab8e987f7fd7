import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { itMore } from '../groups/extent.ts';

const SERVE = join(import.meta.dirname, '../../local/serve.ts');
const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');

const started: ChildProcess[] = [];
const directories: string[] = [];
after(() => {
  for (const child of started) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** `npm run local` in a directory of its own, up to the line that says how to use it. */
async function serve(closed: 'devNull' | 'closed' | 'pipe') {
  const cwd = mkdtempSync(join(tmpdir(), 'local-'));
  directories.push(cwd);
  const child =
    closed === 'closed'
      ? spawn('sh', ['-c', `exec "${process.execPath}" "${SERVE}" --port 0 --days 3 <&-`], { cwd })
      : spawn(process.execPath, [SERVE, '--port', '0', '--days', '3'], {
          cwd,
          stdio: [closed === 'pipe' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        });
  started.push(child);
  let out = '';
  child.stderr?.on('data', (chunk) => {
    out += String(chunk);
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      out += String(chunk);
      if (out.includes('Type one of these')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${out}`)));
  });
  return { child, cwd, output: () => out };
}

async function stop(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  return (await ended)[0];
}

const stackOf = (cwd: string): { clockOffsetMillis: number } =>
  JSON.parse(readFileSync(join(cwd, '.local/stack.json'), 'utf8'));

describe('npm run local', () => {
  for (const input of ['devNull', 'closed'] as const)
    (input === 'closed' ? it : itMore)(
      `stays up without a standard input (${input}) until it is stopped`,
      async () => {
        const { child, cwd } = await serve(input);
        const status = spawn(process.execPath, [COMMAND, 'status', '--local'], { cwd });
        let seen = '';
        status.stdout.on('data', (chunk) => {
          seen += String(chunk);
        });
        status.stderr.on('data', (chunk) => {
          seen += String(chunk);
        });
        const [exit] = await once(status, 'exit');
        assert.equal(exit, 0, seen);
        assert.match(seen, /SALES\/SUMMARY\/DAILY/);
        assert.equal(child.exitCode, null, 'it is still up');
        assert.equal(await stop(child), 0);
        assert.equal(
          existsSync(join(cwd, '.local/stack.json')),
          false,
          'nobody is led to a stack that is gone',
        );
      },
    );

  itMore('lets days pass for the command, too', async () => {
    const { child, cwd, output } = await serve('pipe');
    const before = stackOf(cwd).clockOffsetMillis;
    child.stdin?.write('days 2\n');
    while (!output().includes('UTC here now')) await once(child.stdout ?? child, 'data');
    assert.equal(Math.round((stackOf(cwd).clockOffsetMillis - before) / 3_600_000), 48);
    child.stdin?.write('days 0\n');
    while (!output().includes('Say how many days')) await once(child.stdout ?? child, 'data');
    const ended = once(child, 'exit');
    child.stdin?.write('quit\n');
    assert.equal((await ended)[0], 0);
  });
});
