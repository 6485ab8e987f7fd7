import type { Problem } from '../errors.ts';
import type { Outcome } from './outcome.ts';

/** The result of a check: it needs nothing from outside, so it never has to wait. */
export type Checked<T> = Exclude<Outcome<T>, { kind: 'retry' }>;

export const accepted = <T>(value: T): Checked<T> => ({ kind: 'ok', value });

export const rejectedWith = (
  problems: readonly Problem[],
): Extract<Outcome<never>, { kind: 'rejected' }> => ({
  kind: 'rejected',
  problems,
});

export const rejected = (path: string, message: string) => rejectedWith([{ path, message }]);
