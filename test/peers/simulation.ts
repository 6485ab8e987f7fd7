import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const COMMAND = join(import.meta.dirname, '../../cli/asc-jobs.ts');

const factsSchema = z.object({
  vendor: z.string(),
  keys: z.array(z.object({ keyId: z.string(), issuerId: z.string(), role: z.string(), file: z.string() })),
  products: z.object({ subscription: z.string(), app: z.string() }),
  https: z.object({ environment: z.record(z.string(), z.string()) }),
});

export type Simulation = {
  /** An empty directory for this run. */
  directory: string;
  vendor: string;
  key: { keyId: string; issuerId: string; file: string };
  products: { subscription: string; app: string };
  /** What leads an unchanged client to the simulator. */
  environment: Record<string, string>;
  stop(): void;
};

/** Starts `asc-jobs simulate --https` as somebody else would. */
export async function startSimulation(): Promise<Simulation> {
  const directory = mkdtempSync(join(tmpdir(), 'peers-'));
  const child = spawn(
    process.execPath,
    [COMMAND, 'simulate', '--https', '--json', '--port', '0', '--keys', join(directory, 'keys')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const facts = factsSchema.parse(JSON.parse(await firstObject(child)));
  const key = facts.keys.find(({ role }) => role === 'ADMIN');
  if (key === undefined) throw new Error('The simulator made no key of role ADMIN.');
  return {
    directory,
    vendor: facts.vendor,
    key,
    products: facts.products,
    environment: facts.https.environment,
    stop: () => {
      child.kill('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function firstObject({ stdout }: ChildProcess): Promise<string> {
  let out = '';
  for await (const chunk of stdout ?? []) {
    out += String(chunk);
    if (out.endsWith('\n}\n')) return out;
  }
  throw new Error(`asc-jobs simulate ended early: ${out}`);
}
