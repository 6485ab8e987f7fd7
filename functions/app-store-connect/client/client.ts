import { backoffMillis } from '../../platform/util/backoff.ts';
import type { Probe } from '../auth/key-circuit-breaker.ts';
import { type ApiRead, type ApiWrite, requestUrl } from '../protocol/api-request.ts';
import { type AppStoreConnectCode, AppStoreConnectError } from '../protocol/errors.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import type { ClientOptions, ReadResponse, ResponseSummary } from './client-options.ts';
import { type Exchange, type OutgoingRequest, readOutcome, type Sender, send } from './http-exchange.ts';
import { MAXIMUM_WAIT_MILLIS, passQuota, SPARE_MILLIS, takeTurns } from './quota-turns.ts';
import { RefusalRetries } from './refusal-retries.ts';

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
/** No single exchange takes longer; a report of a hundred megabytes does not need it. */
export const EXCHANGE_MILLIS = 60_000;
/** With less time than this a write is not sent once more. */
const SHORTEST_EXCHANGE_MILLIS = 20_000;

/** Makes a client. For what it throws see {@link AppStoreConnectClient}. */
export function createClient(options: ClientOptions): AppStoreConnectClient {
  const { tokens, clock, sleep, remainingMillis } = options;
  const forbidden = new Set<string>();

  /** Sends one request once, with one key and token, and notes in `attempt` what its retries have to know. */
  const exchangeOnce = async <T>(
    request: OutgoingRequest & Sender,
    consume: ReadResponse<T>,
    attempt: Attempt,
  ): Promise<T> => {
    attempt.versionId = request.signer.versionId;
    attempt.acceptedLately = tokens.wasAcceptedLately();
    const exchange: Exchange = {
      ...options,
      onResponse: (summary) => {
        if (summary.skewMillis !== undefined && tokens.observeSkew(summary.skewMillis))
          attempt.clockCorrected = true;
        options.onResponse?.(summary);
        attempt.onResponse?.(summary);
      },
    };
    const name = `${request.method} ${request.url.pathname}`;
    const response = await send(exchange, request);
    try {
      const result = await readOutcome(exchange, response, { ...request, name }, consume);
      await tokens.accepted();
      return result;
    } catch (error) {
      if (error instanceof AppStoreConnectError && showsThatKeyIsGood(error)) await tokens.accepted();
      throw error;
    }
  };

  const readOnce = async <T>(
    request: ApiRead,
    consume: ReadResponse<T>,
    headers: Record<string, string>,
    attempt: Attempt,
  ): Promise<T> => {
    // mutation: probe-repeats
    attempt.admission.probe = await tokens.requirePermission(attempt.admission.probe);
    const signer = await tokens.signer();
    await passQuota(signer.key.keyId, options);
    const token = await tokens.forRead(request, signer);
    const timeoutMillis = exchangeTimeout(remainingMillis());
    const url = requestUrl(options.baseUrl, request);
    const sender = { signer, token, lastAccepted: tokens.lastAccepted() };
    return exchangeOnce({ method: 'GET', url, headers, timeoutMillis, ...sender }, consume, attempt);
  };

  const writeOnce = async (
    { method, path, body }: ApiWrite,
    deadline: number,
    attempt: Attempt,
  ): Promise<unknown> => {
    // mutation: write-asks-gate
    attempt.admission.probe = await tokens.requirePermission(attempt.admission.probe);
    const signer = await tokens.signer();
    const token = await tokens.forWrite(signer);
    return exchangeOnce(
      {
        method,
        url: requestUrl(options.baseUrl, { path }),
        signer,
        token,
        lastAccepted: tokens.lastAccepted(),
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        timeoutMillis: Math.max(1, deadline - clock.now()),
      },
      readJson,
      attempt,
    );
  };

  return {
    baseUrl: options.baseUrl,
    read: async (request, consume, headers = {}) => {
      const admission: Admission = { probe: undefined };
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await sendWithRetries(options, (once) => readOnce(request, consume, headers, once), {
            deadline: Number.POSITIVE_INFINITY,
            forbidden,
            admission,
          });
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
      return sendWithRetries(options, (once) => writeOnce(request, deadline, once), {
        deadline,
        forbidden,
        admission: { probe: undefined },
        onResponse,
      });
    },
  };
}

/** Sends a request until Apple accepts it or nothing is left to try: no other key, token or clock, or no time. */
async function sendWithRetries<T>(
  options: ClientOptions,
  sendOnce: (attempt: Attempt) => Promise<T>,
  shared: {
    deadline: number;
    forbidden: Set<string>;
    admission: Admission;
    onResponse?: Attempt['onResponse'];
  },
): Promise<T> {
  const { tokens, clock, sleep, remainingMillis } = options;
  const retries = new RefusalRetries(tokens, shared.forbidden);
  for (;;) {
    const attempt: Attempt = {
      versionId: '',
      clockCorrected: false,
      acceptedLately: false,
      admission: shared.admission,
      onResponse: shared.onResponse,
    };
    try {
      return await sendOnce(attempt);
    } catch (error) {
      if (!(error instanceof AppStoreConnectError)) throw error;
      const pauseMillis = await retries.next(error, attempt);
      // mutation: report-refused-key
      if (pauseMillis === undefined && error.refusesEverything) await tokens.refused(error);
      if (pauseMillis === undefined) throw error;
      const isTimeLeft =
        clock.now() + pauseMillis + SHORTEST_EXCHANGE_MILLIS < shared.deadline &&
        pauseMillis + 2 * SPARE_MILLIS < remainingMillis();
      if (!isTimeLeft) throw error;
      if (pauseMillis > 0) await sleep(pauseMillis);
    }
  }
}

/** What all sendings of one request share: the turn to probe a half-open circuit, where the request has it. */
type Admission = { probe: Probe | undefined };

/** One sending of a request: what its retries have to know of it. */
type Attempt = {
  /** The secret's version whose key signed it; empty while none has. */
  versionId: string;
  /** Its response has shown that its token was dated wrongly. */
  clockCorrected: boolean;
  /** Before it was sent, Apple had accepted the key within a day. */
  acceptedLately: boolean;
  admission: Admission;
  onResponse: ((summary: ResponseSummary) => void) | undefined;
};

/** Apple looked at the request itself, so it had let the key in. */
const showsThatKeyIsGood = ({ code, status }: AppStoreConnectError): boolean =>
  status !== undefined &&
  !['UNAUTHORIZED', 'AGREEMENT_UNSIGNED', 'APPLE_UNAVAILABLE', 'NETWORK', 'UNEXPECTED_ANSWER'].includes(code);

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

function exchangeTimeout(remainingMillis: number): number {
  const available = remainingMillis - SPARE_MILLIS;
  if (available < 1_000) {
    throw new AppStoreConnectError({
      code: 'DEADLINE',
      message: 'Too little time is left in this invocation for another call to Apple; the next one goes on.',
    });
  }
  return Math.min(EXCHANGE_MILLIS, available);
}

const readJson: ReadResponse<unknown> = (answer) =>
  answer.status === 204 || answer.body === null ? Promise.resolve(undefined) : readResponseJson(answer);

const tooLateToWrite = (path: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'DEADLINE',
    message: `Too little time is left in this invocation to send a write to ${path}; nothing was sent.`,
  });
