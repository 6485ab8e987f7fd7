import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { clientEnvironment } from '../../../local/simulator/https/client-environment.ts';
import { installAsc } from '../../peers/clients.ts';
import { watchMemory } from '../../peers/timed-process.ts';
import type { Order } from './change-once.ts';

/** A script that signs its own requests, or the tool `asc`. */
export type PriceOrder = Omit<Order, 'client'> & {
  client: Order['client'] | 'asc';
  access: Order['access'] & { https?: { proxy: string; authority: string } };
};

const refusedSchema = z.array(z.string());
/** What `asc … import` prints. */
const importedSchema = z.object({ failures: z.array(z.object({ territory: z.string() })).default([]) });

/** A client at work, in a process of its own. */
export type ClientProcess = {
  /** Seconds from its start to its end, the most memory that it held, and the territories it calls refused. */
  end(): Promise<{ seconds: number; megabytes: number; refused: string[] }>;
  /** Ends it at once, as a machine that is switched off. Gives what it had printed. */
  kill(): Promise<{ seconds: number; megabytes: number; printed: string }>;
};

type Child = ChildProcess & { stdin: Writable; stdout: Readable };

/** Starts a client. */
export function startClient(order: PriceOrder): ClientProcess {
  const started = performance.now();
  const { child, cleanUp } = order.client === 'asc' ? spawnAsc(order) : spawnScript(order);
  const memory = watchMemory(child.pid);
  const closed = once(child, 'close');
  const printed = text(child.stdout);
  const taken = async (): Promise<{ seconds: number; megabytes: number }> => {
    await closed;
    cleanUp();
    return { seconds: (performance.now() - started) / 1000, megabytes: memory.stop() };
  };
  return {
    end: async () => {
      const took = await taken();
      if (child.exitCode !== 0) throw new Error(`${order.client} ended with ${child.exitCode}.`);
      return { ...took, refused: refusedIn(order, await printed) };
    },
    kill: async () => {
      // With all that it has started.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      return { ...(await taken()), printed: await printed };
    },
  };
}

function refusedIn({ client }: PriceOrder, printed: string): string[] {
  const json: unknown = JSON.parse(printed);
  return client === 'asc'
    ? importedSchema.parse(json).failures.map(({ territory }) => territory)
    : refusedSchema.parse(json);
}

function spawnScript(order: PriceOrder): { child: Child; cleanUp: () => void } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'change-once.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  // The key is nothing for a command line, which others can read.
  child.stdin.end(JSON.stringify(order));
  return { child, cleanUp: () => {} };
}

/** @throws Error where there is no `asc` */
function spawnAsc({ access, change }: PriceOrder): { child: Child; cleanUp: () => void } {
  const asc = installAsc();
  if ('missing' in asc) throw new Error(asc.missing);
  if (access.https === undefined) throw new Error('asc needs an Apple that answers over https.');
  const directory = mkdtempSync(join(tmpdir(), 'bench-asc-'));
  const keyFile = join(directory, `AuthKey_${access.keyId}.p8`);
  writeFileSync(keyFile, access.privateKeyPem, { mode: 0o600 });
  const { subscription, base, startDate } = change;
  const child = spawn(
    'sh',
    [join(import.meta.dirname, 'asc-prices.sh'), subscription, base.territory, base.price, startDate],
    {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: directory,
        ...clientEnvironment(access.https, join(directory, 'simulator-authority.pem')),
        ASC: asc.command,
        NODE: process.execPath,
        ASC_KEY_ID: access.keyId,
        ASC_ISSUER_ID: access.issuerId,
        ASC_PRIVATE_KEY_PATH: keyFile,
        ASC_BYPASS_KEYCHAIN: '1',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    },
  );
  return { child, cleanUp: () => rmSync(directory, { recursive: true, force: true }) };
}
