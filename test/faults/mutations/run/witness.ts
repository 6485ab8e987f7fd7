import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';

/** Who must notice a mistake: random histories of some seeds, or a test file. */
export type Witness = { kind: 'histories'; file: string; seeds: string } | { kind: 'test'; file: string };

/** What a witness said of a copy of the code. `again`: says the same in less time, of the code without the mistake. */
export type Verdict =
  | { kind: 'nothing noticed' }
  | { kind: 'noticed'; how: string; again: Witness }
  | { kind: 'hangs' | 'crashes' };

/** How long a witness may take for one mistake. Who needs longer hangs. */
const LONGEST_MILLIS = { histories: 300_000, test: 180_000 };
const LONGEST_MESSAGE = 110;

const played = z.object({ broken: z.object({ seed: z.number(), message: z.string() }).optional() });
const failed = z.object({ failed: z.string() });

/**
 * Asks a witness about the code below a directory.
 *
 * @returns within the time of {@link LONGEST_MILLIS}, whatever the code does
 */
export async function ask(witness: Witness, root: string): Promise<Verdict> {
  const { stdout, isEnded, exitCode } = await run(witness, root);
  if (isEnded) return { kind: 'hangs' };
  if (witness.kind === 'test') {
    const line = stdout.split('\n').find((each) => each.startsWith('{"failed":'));
    if (line !== undefined)
      return { kind: 'noticed', how: short(failed.parse(JSON.parse(line)).failed), again: witness };
    return { kind: exitCode === 0 ? 'nothing noticed' : 'crashes' };
  }
  if (!stdout.startsWith('{')) return { kind: 'crashes' };
  const { broken } = played.parse(JSON.parse(stdout));
  if (broken === undefined) return { kind: 'nothing noticed' };
  const { seed, message } = broken;
  return {
    kind: 'noticed',
    how: `seed ${seed}: ${short(message)}`,
    again: { ...witness, seeds: String(seed) },
  };
}

const short = (message: string): string => (message.split('\n')[0] ?? '').slice(0, LONGEST_MESSAGE).trimEnd();

const argumentsOf = (witness: Witness, root: string): string[] =>
  witness.kind === 'histories'
    ? [join(root, 'test/engine/player.ts'), join(root, witness.file), witness.seeds, 'as-found']
    : [
        '--test',
        '--test-isolation=none',
        `--test-reporter=${join(root, 'test/faults/mutations/run/first-failure.ts')}`,
        join(root, witness.file),
      ];

type Ran = { stdout: string; isEnded: boolean; exitCode: number | null };

/** The process leads a group of its own, so that whatever it has started ends with it. */
function run(witness: Witness, root: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argumentsOf(witness, root), {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, CDK_VALIDATION: 'false' },
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    let isEnded = false;
    const end = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nobody of the group is left.
      }
    };
    const timer = setTimeout(() => {
      isEnded = true;
      end();
    }, LONGEST_MILLIS[witness.kind]);
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      end();
      resolve({ stdout, isEnded, exitCode });
    });
  });
}
