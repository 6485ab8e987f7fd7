import { KeySecretError } from './auth/key-secret.ts';
import { KeySecretUnreadableError } from './auth/secret-unreadable.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { Diagnosis } from './diagnosis/diagnosis.ts';
import type { DiagnosisFacts, KeyFacts } from './diagnosis/facts.ts';
import { AppStoreConnectError } from './protocol/errors.ts';

/**
 * The facts that an error carries; `undefined` for an error that has nothing to do with keys, secrets or Apple.
 *
 * @param error what reading a secret or calling Apple threw
 */
export function factsOfError(error: unknown): DiagnosisFacts | undefined {
  if (error instanceof AppStoreConnectError) return error.facts;
  if (error instanceof KeySecretError) {
    return { secret: { secretName: error.secretName, problem: 'malformed', detail: error.message } };
  }
  if (error instanceof KeySecretUnreadableError) {
    return { secret: { secretName: error.secretName, problem: error.problem, detail: error.reason } };
  }
  return undefined;
}

/** What somebody knows besides what an error carries. */
export type KnownFacts = Omit<DiagnosisFacts, 'key'> & { key?: Partial<KeyFacts> };

/**
 * Why something failed, for an error's log line: all causes, the most certain first; none for an error that has
 * nothing to do with keys, secrets or Apple.
 *
 * @param more what the caller knows besides, such as when Apple last accepted the key
 */
export function explain(error: unknown, more: KnownFacts = {}): readonly Diagnosis[] {
  const facts = factsOfError(error);
  if (facts === undefined) return [];
  const { key: moreOfKey, ...others } = more;
  const key = facts.key === undefined ? undefined : { ...facts.key, ...moreOfKey };
  return diagnose({ ...facts, ...others, ...(key !== undefined && { key }) });
}
