import type { Clock, Sleep } from '../platform/clock.ts';
import { type ApiRead, type ApiWrite, requestUrl } from './api-request.ts';
import { backoffMillis } from './backoff.ts';
import { AppStoreConnectError } from './errors.ts';
import { answerOf, type Exchange, send } from './exchange.ts';
import type { RateBudget, ReadPriority } from './rate-budget.ts';
import type { TokenSource } from './token-source.ts';

/** What is worth noting of every answer, success or not. */
export type SeenAnswer = {
  request: string;
  status: number;
  appleRequestId?: string;
  skewMillis?: number;
  requestsRemaining?: number;
};

export type ClientOptions = {
  /** `APP_STORE_CONNECT_BASE_URL`. */
  baseUrl: string;
  fetch: typeof fetch;
  tokens: TokenSource;
  budget: RateBudget;
  priority: ReadPriority;
  clock: Clock;
  sleep: Sleep;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  /** Milliseconds that this invocation may still run. */
  remainingMillis: () => number;
  /** Told of every answer: Apple's id of the request, its clock minus ours, its own count of requests. */
  onAnswer?: (seen: SeenAnswer) => void;
};

/** What a read does with a successful answer. Runs inside the retries: a body that breaks off is read again. */
export type ConsumeAnswer<T> = (answer: Response) => Promise<T>;

/** App Store Connect's API for one key and one invocation. */
export type AppStoreConnectClient = {
  readonly baseUrl: string;
  /** A read, retried on 429 (after the stated wait), 5xx and network trouble. */
  read<T>(request: ApiRead, consume: ConsumeAnswer<T>, headers?: Record<string, string>): Promise<T>;
  /** A write, sent exactly once. An error says by `inDoubt` whether it may have taken effect all the same. */
  write(request: ApiWrite): Promise<unknown>;
};

/** How many times a read is tried in one invocation. Later invocations go on. */
const READ_ATTEMPTS = 4;
/** No single exchange takes longer; a report of a hundred megabytes does not need it. */
export const EXCHANGE_MILLIS = 60_000;
/** What an invocation keeps for writing down the outcome. */
const SPARE_MILLIS = 5_000;
/** A longer wait is for the next invocation. */
const LONGEST_WAIT_MILLIS = 20_000;

/**
 * Makes a client. All its reads and writes throw AppStoreConnectError; its `code`, `retryable` and `inDoubt`
 * tell what may be done.
 */
export function createClient(options: ClientOptions): AppStoreConnectClient {
  const exchange: Exchange = { ...options };

  const readOnce = async <T>(
    request: ApiRead,
    consume: ConsumeAnswer<T>,
    headers: Record<string, string>,
  ) => {
    const key = await options.tokens.key();
    const heldUntil = await options.budget.heldUntil(key.keyId, options.priority);
    if (heldUntil !== undefined) throw budgetReserved(key.keyId, heldUntil - options.clock.now());
    const token = await options.tokens.forRead(request);
    const answer = await send(exchange, {
      method: 'GET',
      url: requestUrl(options.baseUrl, request),
      token,
      headers,
      timeoutMillis: exchangeTimeout(options.remainingMillis()),
    });
    return answerOf(exchange, answer, { name: `GET ${request.path}`, key }, consume);
  };

  return {
    baseUrl: options.baseUrl,
    read: async (request, consume, headers = {}) => {
      let reread = false;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await readOnce(request, consume, headers);
        } catch (error) {
          if (!(error instanceof AppStoreConnectError)) throw error;
          if (error.code === 'UNAUTHORIZED' && !reread && (await options.tokens.keyChanged())) {
            reread = true;
            continue;
          }
          const wait = waitBeforeRetry(error, attempt, options);
          if (wait === undefined) throw error;
          await options.sleep(wait);
        }
      }
    },
    write: async ({ method, path, body }) => {
      if (options.remainingMillis() < EXCHANGE_MILLIS + SPARE_MILLIS) throw tooLateToWrite(path);
      const key = await options.tokens.key();
      const token = await options.tokens.forWrite();
      const answer = await send(exchange, {
        method,
        url: requestUrl(options.baseUrl, { path }),
        token,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        timeoutMillis: EXCHANGE_MILLIS,
      });
      return answerOf(exchange, answer, { name: `${method} ${path}`, key }, readJson);
    },
  };
}

/** The milliseconds to wait before a read is tried again, or `undefined` when it is not to be tried now. */
function waitBeforeRetry(
  error: AppStoreConnectError,
  attempt: number,
  options: ClientOptions,
): number | undefined {
  if (attempt >= READ_ATTEMPTS || !error.retryable) return undefined;
  if (error.code === 'BUDGET_RESERVED' || error.code === 'DEADLINE') return undefined;
  // A 429 without a stated wait: the hour or an undocumented minute is used up. The next invocation asks again.
  if (error.code === 'RATE_LIMITED' && error.retryAfterMillis === undefined) return undefined;
  const wait = error.retryAfterMillis ?? backoffMillis(attempt, options.random);
  return wait <= LONGEST_WAIT_MILLIS && wait + 2 * SPARE_MILLIS < options.remainingMillis()
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

const readJson: ConsumeAnswer<unknown> = async (answer) => {
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
};

const tooLateToWrite = (path: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'DEADLINE',
    message: `Too little time is left in this invocation to send a write to ${path}; nothing was sent.`,
  });

const budgetReserved = (keyId: string, retryAfterMillis: number): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'BUDGET_RESERVED',
    message: `What is left of key ${keyId}'s hourly requests is reserved for more urgent work; this read waits.`,
    retryAfterMillis,
  });
