import { KeySecretError } from '../../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../../app-store-connect/auth/secret-unreadable.ts';
import { AppStoreConnectError } from '../../../app-store-connect/protocol/errors.ts';
import { JobError, type Problem } from '../../../platform/errors.ts';
import { MINUTE_MILLIS } from '../../../platform/util/time.ts';
import { accepted } from '../../../platform/validation/checked.ts';
import type { Outcome } from '../../../platform/validation/outcome.ts';
import type { Retry } from './stage.ts';

/** Apple or AWS is in trouble that passes by itself. */
const TROUBLE_MILLIS = MINUTE_MILLIS;
/**
 * A person has to put something right: a key, a secret, an agreement. Asking again costs no request to Apple while the
 * key's circuit is open, and the change goes on within minutes after it is put right.
 */
const PERSON_MILLIS = 5 * MINUTE_MILLIS;
/**
 * Apple's definite answers about what the request names: it does not exist, cannot be asked, or not with a key of this
 * role. A role cannot be changed, so a new key is needed in any case.
 */
// mutation: definite-answers
const DEFINITE = new Set(['NOT_FOUND', 'GONE', 'INVALID_REQUEST', 'FORBIDDEN']);

/**
 * Runs what reads Apple before anything is sent. Only a definite answer of Apple's rejects the request. Anything
 * else can pass or be put right, so that nobody has to ask again: a refused key may be in the middle of a rotation, a
 * secret may be corrected, a body that broke off may arrive whole the next time.
 */
export async function classifyPlanningError<T>(run: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    // mutation: price-error-passes
    return error.retryable || !DEFINITE.has(error.code)
      ? retryAfter(error)
      : { kind: 'rejected', problems: [problemOf(error)] };
  }
}

/** Reads the prices back. On any error the change stays open, because the outcome of the write is unknown. */
export async function retryReadBack<T>(
  run: () => Promise<T>,
): Promise<Exclude<Outcome<T>, { kind: 'rejected' }>> {
  try {
    return accepted(await run());
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    return retryAfter(error);
  }
}

export const retryAfter = (error: JobError): Retry => ({
  kind: 'retry',
  afterMillis: retryDelayMillis(error),
  reason: error.message,
});

export function retryDelayMillis(error: JobError): number {
  if (needsPerson(error)) return PERSON_MILLIS;
  const stated = error instanceof AppStoreConnectError ? error.retryAfterMillis : undefined;
  return stated ?? (error.retryable ? TROUBLE_MILLIS : PERSON_MILLIS);
}

const needsPerson = (error: JobError): boolean =>
  error instanceof KeySecretError ||
  error instanceof KeySecretUnreadableError ||
  ['UNAUTHORIZED', 'KEY_REFUSED', 'AGREEMENT_UNSIGNED', 'FORBIDDEN'].includes(error.code);

function problemOf(error: JobError): Problem {
  const isUnknown = error.code === 'NOT_FOUND';
  return {
    path: isUnknown ? 'product.id' : error.code === 'FORBIDDEN' ? '(key)' : '(request)',
    message: `${isUnknown ? 'Apple knows no such product of this team: ' : ''}${error.message}`,
  };
}
