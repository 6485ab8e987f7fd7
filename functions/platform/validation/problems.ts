import type * as z from 'zod';
import type { Problem } from '../errors.ts';

const MAXIMUM_PROBLEMS = 50;
const MAXIMUM_PATH = 200;
const MAXIMUM_MESSAGE = 1000;

/**
 * Problems of a size that fits every log line, event and answer, whatever was sent: names inside an input may be
 * as long as the input itself.
 */
export function boundedProblems(problems: readonly Problem[]): Problem[] {
  const shown = problems.slice(0, MAXIMUM_PROBLEMS).map(({ path, message }) => ({
    path: cut(path, MAXIMUM_PATH) || '""',
    message: cut(message, MAXIMUM_MESSAGE),
  }));
  const more = problems.length - shown.length;
  return more === 0 ? shown : [...shown, { path: '(more)', message: `${more} more problems are not listed` }];
}

/** What a schema found, bounded. `whole` is the path of what concerns the whole input, such as `(request)`. */
export const problemsOf = (issues: readonly z.core.$ZodIssue[], whole: string): Problem[] =>
  boundedProblems(
    issues.map(({ path, message }) => ({ path: path.map(String).join('.') || whole, message })),
  );

const cut = (text: string, maximum: number): string =>
  text.length > maximum ? `${text.slice(0, maximum)}…` : text;

/** No valid input comes near this depth; code that walks JSON by recursion is safe far beyond it. */
const MAXIMUM_DEPTH = 64;

/** Whether JSON is nested too deeply to be walked by recursion: 100 KB of `[` would overflow the stack. */
export function isTooDeep(json: unknown): boolean {
  let level = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAXIMUM_DEPTH) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}
