import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A process that ran to its end. */
export type TimedRun = {
  /** From its start to the first output that `isFirst` takes; NaN where there was none. */
  firstSeconds: number;
  seconds: number;
  /** Of it and the processes that it started, where the system has /proc; else NaN. */
  peakMegabytes: number;
  exitCode: number | null;
  out: string;
  err: string;
};

export type Program = { command: string; args: readonly string[]; environment: Record<string, string> };

const SAMPLE_MILLIS = 15;
const LONGEST_MILLIS = 300_000;

/**
 * Runs a program and watches its output and memory.
 *
 * @param isFirst told of all that was printed so far, on both streams, after each piece
 */
export async function timedRun(
  { command, args, environment }: Program,
  directory: string,
  isFirst: (printed: string) => boolean,
): Promise<TimedRun> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MILLIS,
  });
  const seconds = (): number => (performance.now() - started) / 1000;
  const memory = watchMemory(child.pid);
  let [out, err, firstSeconds] = ['', '', Number.NaN];
  const look = (): void => {
    if (Number.isNaN(firstSeconds) && isFirst(`${err}\n${out}`)) firstSeconds = seconds();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    look();
  });
  await once(child, 'close');
  return {
    firstSeconds,
    seconds: seconds(),
    peakMegabytes: memory.stop(),
    exitCode: child.exitCode,
    out,
    err,
  };
}

/** Looks every few milliseconds at the most memory that a process and its descendants have held. */
export function watchMemory(pid: number | undefined): { stop(): number } {
  let most = Number.NaN;
  const timer = setInterval(() => {
    const now = pid === undefined ? Number.NaN : kilobytesOfTree(String(pid));
    if (!Number.isNaN(now)) most = Math.max(Number.isNaN(most) ? 0 : most, now);
  }, SAMPLE_MILLIS);
  return {
    stop: () => {
      clearInterval(timer);
      return most / 1024;
    },
  };
}

/** NaN where the process has ended, or the system has no /proc. */
function kilobytesOfTree(pid: string): number {
  try {
    const [, own] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (own === undefined) return Number.NaN;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return children
      .filter((child) => child !== '')
      .reduce((sum, child) => sum + (kilobytesOfTree(child) || 0), Number(own));
  } catch {
    // It has just ended.
    return Number.NaN;
  }
}
