import * as z from 'zod';
import { formatProblems, JobError, type Problem } from '../../platform/errors.ts';
import { problemsOf } from '../../platform/validation/problems.ts';

/** A day in a person's request. */
export const requestedDay = z.iso.date('must be a day such as 2026-11-01');

/** What became of a person's request. */
export type RequestResult = {
  queued: number;
  /** Why the others were not queued: reason → report dates, each behind its series. */
  skipped: Record<string, string[]>;
};

/** Notes in a result that a date was not queued. @param date such as `acme/85012345/SALES/SUMMARY/DAILY 2026-11-23` */
export function skipDate({ skipped }: RequestResult, reason: string, date: string): void {
  skipped[reason] = [...(skipped[reason] ?? []), date];
}

/**
 * Parses a person's request.
 *
 * @throws JobError `REQUEST_INVALID` naming every problem
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, event: unknown): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw invalidRequest(problemsOf(parsed.error.issues, '(request)'));
}

export const invalidRequest = (problems: readonly Problem[]): JobError =>
  new JobError({
    code: 'REQUEST_INVALID',
    message: `The request cannot be understood:\n${formatProblems(problems)}`,
    retryable: false,
  });
