import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Order } from './change-once.ts';

const refusedSchema = z.array(z.string());

/** A client at work, in a process of its own. */
export type ClientProcess = {
  /** Seconds from its start to its end, and the territories it calls refused. */
  end(): Promise<{ seconds: number; refused: string[] }>;
  /** Ends it at once, as a machine that is switched off. Gives what it had printed. */
  kill(): Promise<{ seconds: number; printed: string }>;
};

/** Starts a client. */
export function startClient(order: Order): ClientProcess {
  const started = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'change-once.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // The key is nothing for a command line, which others can read.
  child.stdin.end(JSON.stringify(order));
  const closed = once(child, 'close');
  const printed = text(child.stdout);
  const seconds = async (): Promise<number> => {
    await closed;
    return (performance.now() - started) / 1000;
  };
  return {
    end: async () => {
      const took = await seconds();
      if (child.exitCode !== 0) throw new Error(`${order.client} ended with ${child.exitCode}.`);
      return { seconds: took, refused: refusedSchema.parse(JSON.parse(await printed)) };
    },
    kill: async () => {
      child.kill('SIGKILL');
      return { seconds: await seconds(), printed: await printed };
    },
  };
}
