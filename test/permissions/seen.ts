import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What one process has seen. A grant is `who action resource`, the resource as {@link readable} shows it. */
const seenSchema = z.object({
  /** What the policies of functions and of people allow. */
  grants: z.array(z.string()),
  /** Those of them that a call needed. */
  used: z.array(z.string()),
  /** Calls of `asc-jobs`, with the people's roles that allow them. */
  commands: z.array(
    z.object({ command: z.string(), action: z.string(), resource: z.string(), roles: z.array(z.string()) }),
  ),
});

export type Seen = z.output<typeof seenSchema>;

const DIRECTORY = '.local/permissions';

export function forgetSeen(): void {
  rmSync(DIRECTORY, { recursive: true, force: true });
}

export function writeSeen(seen: Seen): void {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(join(DIRECTORY, `${process.pid}.json`), JSON.stringify(seen));
}

/** What all processes have seen since {@link forgetSeen}. */
export function readSeen(): Seen {
  const all = globSync(join(DIRECTORY, '*.json')).map((file) =>
    seenSchema.parse(JSON.parse(readFileSync(file, 'utf8'))),
  );
  return {
    grants: [...new Set(all.flatMap(({ grants }) => grants))].sort(),
    used: [...new Set(all.flatMap(({ used }) => used))].sort(),
    commands: all.flatMap(({ commands }) => commands),
  };
}

/** A resource of AWS without account, region, and what CloudFormation and settings add to its name. */
export const readable = (arn: string): string => {
  const secret = /:secret:.*-\?{6}$/.test(arn);
  if (secret) return `secretsmanager:secret:${arn.includes('/prices-') ? 'prices' : 'reports'}`;
  return arn
    .replace(/^arn:aws:([a-z0-9]+):[^:]*:[^:]*:/, '$1:')
    .replace(/app-store-connect-(storage|jobs)-(?=[A-Za-z])/, '')
    .replace(/(?<=[a-zA-Z])[0-9A-Fa-f]{8}(?=$|[./])/, '')
    .replace(/^local:/, 'log:');
};
