import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/key-store.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { JobError, type Problem } from '../../platform/errors.ts';

/** Comes back this long after Apple or AWS was in trouble. */
const TROUBLE_MILLIS = 60_000;
/** Comes back this long after a refusal that a person has to put right. */
const REFUSED_MILLIS = 10 * 60_000;
/**
 * Runs what reads Apple before anything is sent. Trouble that may pass is for later, a refused key among it: it may
 * be in the middle of a rotation. So is a secret that gives no key, whatever the reason: it can be put right, and
 * nobody has to ask again. What else is refused is a problem of the request.
 */
export async function classifyPlanningError<T>(
  run: () => Promise<T>,
): Promise<T | { later: number; why: string } | { problems: Problem[] }> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const canBePutRight = error instanceof KeySecretError || error instanceof KeySecretUnreadableError;
    // mutation: price-error-passes
    return error.retryable || canBePutRight
      ? { later: retryDelayMillis(error), why: error.message }
      : { problems: [problemOf(error)] };
  }
}

/** Runs a read-back. Whatever stands against it, the change stays open: nobody knows yet what Apple did. */
export async function retryReadBack<T>(run: () => Promise<T>): Promise<T | { later: number }> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    return { later: retryDelayMillis(error) };
  }
}

export function retryDelayMillis(error: JobError): number {
  const stated = error instanceof AppStoreConnectError ? error.retryAfterMillis : undefined;
  return stated ?? (error.retryable ? TROUBLE_MILLIS : REFUSED_MILLIS);
}

function problemOf(error: JobError): Problem {
  const path = error.code === 'NOT_FOUND' ? 'product.id' : '(key)';
  const unknown = error.code === 'NOT_FOUND' ? 'Apple knows no such product of this team: ' : '';
  return { path, message: `${unknown}${error.message}` };
}
