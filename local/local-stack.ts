import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';

/** Where `npm run local` tells `asc-jobs --local` of itself, in the directory of the project. */
export const LOCAL_STACK_FILE = '.local/stack.json';

const localStackSchema = z.object({
  /** The embedded AWS. */
  endpoint: z.string(),
  /** The App Store Connect simulator. */
  apple: z.string(),
  /** As in cdk.json. */
  settings: z.unknown(),
  /** How far the local clock is ahead of the machine's, in milliseconds. */
  clockOffsetMillis: z.number().default(0),
});
export type LocalStack = z.output<typeof localStackSchema>;

/** The local stack that is served from this directory; `undefined`: none is. */
export function readLocalStack(): LocalStack | undefined {
  if (!existsSync(LOCAL_STACK_FILE)) return undefined;
  return localStackSchema.parse(JSON.parse(readFileSync(LOCAL_STACK_FILE, 'utf8')));
}

export function writeLocalStack(stack: LocalStack): void {
  mkdirSync(dirname(LOCAL_STACK_FILE), { recursive: true });
  writeFileSync(LOCAL_STACK_FILE, JSON.stringify(stack));
}

export const removeLocalStack = (): void => rmSync(LOCAL_STACK_FILE, { force: true });
