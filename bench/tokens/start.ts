import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { makeKeyPair } from '../../local/simulator/samples/sample-key.ts';
import { pythonWith } from '../peers/python.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { median } from '../report/statistics.ts';

const ROUNDS = 9;
const ROOT = join(import.meta.dirname, '../..');
const PACKED = join(ROOT, 'dist/bin/asc-jobs.mjs');
const KEY_ID = 'BENCHKEY00';

type Way = { name: string; command: string; args: readonly string[] };

/** How long one token takes from the shell's prompt on: start of the process, key file, signature, end. */
export function measureTokenStart(): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'bench-token-'));
  try {
    const file = join(folder, `AuthKey_${KEY_ID}.p8`);
    writeFileSync(file, makeKeyPair().privateKey, { mode: 0o600 });
    const issuer = randomUUID();
    const python = pythonWith('minting');
    const options = ['token', '--p8', file, '--issuer', issuer];
    const node = (name: string, ...args: string[]): Way => ({ name, command: process.execPath, args });
    const ways: Way[] = [node('asc-jobs token, from its sources', join(ROOT, 'cli/asc-jobs.ts'), ...options)];
    if (existsSync(PACKED)) ways.push(node('asc-jobs token, from the package', PACKED, ...options));
    if ('python' in python) {
      const args = [join(import.meta.dirname, 'token_once.py'), file, KEY_ID, issuer];
      ways.push({ name: 'ten lines of Python with PyJWT', command: python.python, args });
    }
    ways.push(node('an empty Node.js, for comparison', '--eval', ''));
    const millis = new Map<string, number[]>();
    // The first round only warms up the caches.
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const way of ways) {
        const taken = start(way);
        if (round > 0) millis.set(way.name, [...(millis.get(way.name) ?? []), taken]);
      }
    return {
      name: 'token-start',
      caption: 'One token from the prompt',
      columns: [left('command'), right('ms, median')],
      rows: ways.map(({ name }) => [name, median(millis.get(name) ?? []).toFixed(0)]),
      notes: [
        `Median of ${ROUNDS} starts in turn; lower is better. Node.js with its compile cache warm, as after a first call.`,
        ...(existsSync(PACKED) ? [] : ['Skipped: the package; npm run package builds it.']),
        'missing' in python ? `Skipped: ${python.missing}.` : `Python: ${python.packages}.`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns milliseconds; a command that gives no token for the key is an error */
function start({ name, command, args }: Way): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: join(ROOT, '.local/compile-cache') },
  });
  const taken = performance.now() - started;
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  if (args[0] !== '--eval' && decodeProtectedHeader(stdout.trim()).kid !== KEY_ID)
    throw new Error(`${name} gave no token of the key: ${stdout}`);
  return taken;
}
