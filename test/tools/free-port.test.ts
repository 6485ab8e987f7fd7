import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { SNAPSHOT } from '../../local/demo/status-snapshot.ts';
import { portOf } from '../../local/http/loopback.ts';

describe('A script that serves, on a port that is in use', () => {
  const taken: Server = createServer();
  const directory = mkdtempSync(join(tmpdir(), 'port-'));
  before(async () => {
    await once(taken.listen(0, '127.0.0.1'), 'listening');
  });
  after(() => {
    taken.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function run(file: string, ...args: string[]) {
    const child = spawn(process.execPath, [resolve(file), ...args], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err, [exit]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { out, err, exit };
  }

  for (const [call, file] of [
    ['npm run local', 'local/serve.ts'],
    ['npm run status', 'local/status.ts'],
  ] as const)
    it(`${call} says what to do, before its long work`, async () => {
      mkdirSync(join(directory, '.local'), { recursive: true });
      writeFileSync(join(directory, SNAPSHOT), '{}');
      const port = portOf(taken.address());
      assert.deepEqual(await run(file, '--port', String(port)), {
        out: '',
        err: `Port ${port} is in use, most likely by a ${call} that still runs. Stop that one, or name another port: ${call} -- --port 0 takes any free one.\n`,
        exit: 1,
      });
    });
});
