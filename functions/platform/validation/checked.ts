import type { Problem } from '../errors.ts';
import type { Outcome } from './outcome.ts';

/** The result of a check: it needs nothing from outside, so it never has to wait. `P`: problems that tell more than a text. */
export type Checked<T, P extends Problem = Problem> =
  | Extract<Outcome<T>, { kind: 'ok' }>
  | { kind: 'rejected'; problems: readonly P[] };

export const accepted = <T>(value: T): Extract<Outcome<T>, { kind: 'ok' }> => ({ kind: 'ok', value });

export const rejectedWith = (
  problems: readonly Problem[],
): Extract<Outcome<never>, { kind: 'rejected' }> => ({
  kind: 'rejected',
  problems,
});

export const rejected = (path: string, message: string) => rejectedWith([{ path, message }]);
