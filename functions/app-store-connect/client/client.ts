import { backoffMillis } from '../../platform/util/backoff.ts';
import type { ApiRead, ApiWrite } from '../protocol/api-request.ts';
import { type AppStoreConnectCode, AppStoreConnectError } from '../protocol/errors.ts';
import type { ClientOptions, ReadResponse, ResponseSummary } from './client-options.ts';
import { MAXIMUM_WAIT_MILLIS, SPARE_MILLIS, takeTurns } from './quota-turns.ts';
import { EXCHANGE_MILLIS, readOnce, writeOnce } from './send-once.ts';
import { type Admission, sendWithRetries } from './send-with-retries.ts';

/**
 * App Store Connect's API for one key and one invocation. `read`, `write` and `turnToWrite` reject with:
 *
 * - AppStoreConnectError, which carries HTTP status, Apple's errors, request id and the diagnoses. Its `code`:
 *
 *   | code | means | `retryable` |
 *   | --- | --- | --- |
 *   | `UNAUTHORIZED` | 401: Apple refused every key and token that was left to try | yes, once the key is replaced |
 *   | `AGREEMENT_UNSIGNED` | 403: an agreement is unsigned | yes, once it is signed |
 *   | `KEY_REFUSED` | the key's circuit is open; nothing was sent | yes, after `retryAfterMillis` |
 *   | `FORBIDDEN` | 403: the key may not do this | no |
 *   | `NOT_FOUND`, `GONE`, `CONFLICT`, `NOT_ACCEPTABLE`, `INVALID_REQUEST` | 404, 410, 409, 406, other 4xx | no |
 *   | `RATE_LIMITED` | 429 | yes, after `retryAfterMillis` where Apple stated it |
 *   | `BUDGET_RESERVED` | the request quota is reserved for more urgent work; nothing was sent | yes, after `retryAfterMillis` |
 *   | `APPLE_UNAVAILABLE`, `NETWORK` | 5xx; no whole response | yes |
 *   | `DEADLINE` | too little time is left in this invocation; nothing was sent | yes |
 *   | `UNEXPECTED_ANSWER` | a response in no form that Apple uses (a proxy, a portal) | no |
 *
 *   `outcomeUnknown` is `true` for a write that may have taken effect: read back before anything else is done.
 * - KeySecretError and KeySecretUnreadableError, where the secret gives no key; nothing was sent.
 */
export type AppStoreConnectClient = {
  readonly baseUrl: string;
  /** A read, retried on 429 (after the stated wait), 5xx and network trouble. */
  read<T>(request: ApiRead, consume: ReadResponse<T>, headers?: Record<string, string>): Promise<T>;
  /**
   * A write, sent exactly once, but again after a refusal (401, 403), which is a definite answer.
   *
   * @param onResponse told of each response to this write, so that Apple's request id can be kept beside its result
   */
  write(request: ApiWrite, onResponse?: (summary: ResponseSummary) => void): Promise<unknown>;
  /**
   * Takes the turns of up to so many writes in the key's pace, waiting for them if need be. To be called before writes
   * are marked: once marked, they go out at once.
   *
   * @returns how many may go, at least one
   * @throws AppStoreConnectError `BUDGET_RESERVED` where the turn is too far away for this invocation
   */
  turnToWrite(writes: number): Promise<number>;
};

/** How many times a read is tried in one invocation. Later invocations go on. */
const READ_ATTEMPTS = 4;

/** Makes a client. For what it throws see {@link AppStoreConnectClient}. */
export function createClient(options: ClientOptions): AppStoreConnectClient {
  const { tokens, clock, sleep, remainingMillis } = options;
  const forbidden = new Set<string>();
  return {
    baseUrl: options.baseUrl,
    read: async (request, consume, headers = {}) => {
      const admission: Admission = { probe: undefined };
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await sendWithRetries(
            options,
            (once) => readOnce(options, { request, consume, headers }, once),
            {
              deadline: Number.POSITIVE_INFINITY,
              forbidden,
              admission,
            },
          );
        } catch (error) {
          if (!(error instanceof AppStoreConnectError)) throw error;
          const wait = waitBeforeRetry(error, attempt, options);
          if (wait === undefined) throw error;
          await sleep(wait);
        }
      }
    },
    turnToWrite: async (writes) => takeTurns((await tokens.signer()).key.keyId, writes, options),
    write: async (request, onResponse) => {
      if (remainingMillis() < EXCHANGE_MILLIS + SPARE_MILLIS) throw tooLateToWrite(request.path);
      // A refusal is a definite answer: nothing has taken effect, so sending once more is no repeat of an effect.
      // All of it ends within the time of one exchange, on which those rely who wait out a write in doubt.
      const deadline = clock.now() + EXCHANGE_MILLIS;
      return sendWithRetries(options, (once) => writeOnce(options, request, deadline, once), {
        deadline,
        forbidden,
        admission: { probe: undefined },
        onResponse,
      });
    },
  };
}

/** Asking again at once could only be told the same. */
const NOT_IN_THIS_INVOCATION = new Set<AppStoreConnectCode>([
  'BUDGET_RESERVED',
  'DEADLINE',
  'KEY_REFUSED',
  'UNAUTHORIZED',
  'AGREEMENT_UNSIGNED',
]);

/** The milliseconds to wait before a read is tried again, or `undefined` when it is not to be tried now. */
function waitBeforeRetry(
  error: AppStoreConnectError,
  attempt: number,
  options: ClientOptions,
): number | undefined {
  if (attempt >= READ_ATTEMPTS || !error.retryable) return undefined;
  if (NOT_IN_THIS_INVOCATION.has(error.code)) return undefined;
  // A 429 without a stated wait: the hour or an undocumented minute is used up. The next invocation asks again.
  if (error.code === 'RATE_LIMITED' && error.retryAfterMillis === undefined) return undefined;
  const wait = error.retryAfterMillis ?? backoffMillis(attempt, options.random);
  return wait <= MAXIMUM_WAIT_MILLIS && wait + 2 * SPARE_MILLIS < options.remainingMillis()
    ? wait
    : undefined;
}

const tooLateToWrite = (path: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'DEADLINE',
    message: `Too little time is left in this invocation to send a write to ${path}; nothing was sent.`,
  });
