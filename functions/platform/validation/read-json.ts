import type * as z from 'zod';
import { accepted, type Checked, rejected } from './checked.ts';

/**
 * Parses JSON that somebody wrote.
 *
 * @param path of the problem, where it is no JSON
 * @returns the value, or why there is none, without a word of the text: it may be a key that was put in the wrong
 *   place, and the parser's own message quotes what it stumbled over
 */
export function readJson(text: string, path = '(file)'): Checked<unknown> {
  try {
    return accepted(JSON.parse(text));
  } catch (error) {
    const where =
      error instanceof Error ? /at position \d+( \(line \d+ column \d+\))?$/.exec(error.message) : null;
    return rejected(path, where === null ? 'is not JSON' : `is not JSON ${where[0]}`);
  }
}

/** JSON of our own that may be lost, old or damaged: `undefined` for all of these, since it can be made again. */
export function readStoredJson<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  const read = readJson(text);
  return read.kind === 'ok' ? schema.safeParse(read.value).data : undefined;
}
