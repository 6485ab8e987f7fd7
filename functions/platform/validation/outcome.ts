import type { Problem } from '../errors.ts';

/**
 * The result of a use case that can be done, has to wait, or is refused.
 * `afterMillis` is how long to wait at least; `reason` is a sentence for people and logs.
 */
export type Outcome<T> =
  | { kind: 'ok'; value: T }
  | { kind: 'retry'; afterMillis: number; reason: string }
  | { kind: 'rejected'; problems: readonly Problem[] };

/** For the default branch of an exhaustive switch: the compiler refuses a kind that nobody handles. */
export function unreachable(value: never): never {
  throw new Error(`unexpected kind ${JSON.stringify(value)}`);
}
