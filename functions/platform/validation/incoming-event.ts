import type * as z from 'zod';
import { formatProblems, JobError, type Problem } from '../errors.ts';
import { problemsOf } from './problems.ts';

/**
 * Reads an event that a function was given.
 *
 * @param meaning what the event should be, and what came of it: the first line of the error
 * @throws JobError `EVENT_INVALID` naming each field and what it must be
 */
export function readEvent<Schema extends z.ZodType>(
  schema: Schema,
  event: unknown,
  meaning: string,
): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw invalidEvent(meaning, problemsOf(parsed.error.issues, '(event)'));
}

export const invalidEvent = (meaning: string, problems: readonly Problem[]): JobError =>
  new JobError({
    code: 'EVENT_INVALID',
    message: `${meaning}\n${formatProblems(problems)}`,
    retryable: false,
  });
