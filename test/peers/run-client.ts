import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Installed } from '../../bench/peers/install.ts';
import type { Simulation } from './simulation.ts';

const LONGEST_MILLIS = 120_000;

export type Ran = { status: number | null; out: string; err: string };

/**
 * Runs somebody else's client against the simulator: nothing but its environment leads it there. It gets no variable
 * of this process that could lead it elsewhere.
 */
export async function runClient(
  { command, args }: Extract<Installed, { command: string }>,
  more: readonly string[],
  { environment, directory }: Simulation,
  own: { stdin?: string; environment?: Record<string, string> } = {},
): Promise<Ran> {
  const child = spawn(command, [...args, ...more], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...environment, ...own.environment },
    stdio: 'pipe',
    timeout: LONGEST_MILLIS,
  });
  child.stdin.end(own.stdin ?? '');
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve).on('error', reject);
  });
  const [status, out, err] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { status, out, err };
}
