import type * as z from 'zod';
import type { Problem } from '../errors.ts';

const MOST_PROBLEMS = 50;
const LONGEST_PATH = 200;
const LONGEST_MESSAGE = 1000;

/**
 * Problems of a size that fits every log line, event and answer, whatever was sent: names inside an input may be
 * as long as the input itself.
 */
export function boundedProblems(problems: readonly Problem[]): Problem[] {
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ path, message }) => ({
    path: cut(path, LONGEST_PATH) || '""',
    message: cut(message, LONGEST_MESSAGE),
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

/** Nothing of ours comes near; what walks JSON by recursion is safe far beyond. */
const DEEPEST_LEVEL = 64;

/** Whether JSON is nested deeper than anything of ours: a hundred kilobytes of `[` would end in a full stack. */
export function isTooDeep(json: unknown): boolean {
  let level = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST_LEVEL) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}
