import type { Clock, Sleep } from '../../platform/util/clock.ts';
import type { ApiKey } from '../api-key.ts';
import type { TokenSource } from '../auth/token-source.ts';
import { type ApiRead, type ApiWrite, requestUrl } from '../protocol/api-request.ts';
import { type AppStoreConnectCode, AppStoreConnectError } from '../protocol/errors.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import type { ReadPriority, RequestQuota } from '../rate-limit/request-quota.ts';
import { backoffMillis } from './backoff.ts';
import { answerOf, type Exchange, type OutgoingRequest, send } from './http-exchange.ts';

/** What is worth noting of every answer, success or not. */
export type ResponseSummary = {
  request: string;
  status: number;
  appleRequestId?: string;
  skewMillis?: number;
  requestsRemaining?: number;
  /** Requests in any rolling hour, as Apple says. */
  requestLimit?: number;
};

export type ClientOptions = {
  /** `APP_STORE_CONNECT_BASE_URL`. */
  baseUrl: string;
  fetch: typeof fetch;
  tokens: TokenSource;
  quota: RequestQuota;
  priority: ReadPriority;
  clock: Clock;
  sleep: Sleep;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  /** Milliseconds that this invocation may still run. */
  remainingMillis: () => number;
  /** Told of every answer: Apple's id of the request, its clock minus ours, its own count of requests. */
  onResponse?: (seen: ResponseSummary) => void;
};

/** What a read does with a successful answer. Runs inside the retries: a body that breaks off is read again. */
export type ReadResponse<T> = (answer: Response) => Promise<T>;

/** App Store Connect's API for one key and one invocation. */
export type AppStoreConnectClient = {
  readonly baseUrl: string;
  /** A read, retried on 429 (after the stated wait), 5xx and network trouble. */
  read<T>(request: ApiRead, consume: ReadResponse<T>, headers?: Record<string, string>): Promise<T>;
  /** A write, sent exactly once, but after a 401 once more with the next key. An error says by `inDoubt` whether it may have taken effect all the same. */
  write(request: ApiWrite): Promise<unknown>;
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
/** The current key, the same with corrected times, the key read again, the previous one. */
const KEYS_TRIED = 4;
/** With less time than this a write is not sent once more. */
const SHORTEST_EXCHANGE_MILLIS = 20_000;
/** What an invocation keeps for writing down the outcome. */
const SPARE_MILLIS = 5_000;
/** A longer wait is for the next invocation. */
const LONGEST_WAIT_MILLIS = 20_000;
/** Workers that wait for the same key do not come back at the same moment. */
const PACE_JITTER_MILLIS = 300;

/**
 * Makes a client. All its reads and writes throw AppStoreConnectError; its `code`, `retryable` and `inDoubt`
 * tell what may be done.
 */
export function createClient(options: ClientOptions): AppStoreConnectClient {
  const { tokens } = options;
  let clockCorrected = false;
  const exchange: Exchange = {
    ...options,
    onResponse: (seen) => {
      if (seen.skewMillis !== undefined && tokens.observeSkew(seen.skewMillis)) clockCorrected = true;
      options.onResponse?.(seen);
    },
  };

  const exchangeOnce = async <T>(request: Outgoing, consume: ReadResponse<T>): Promise<T> => {
    const { token, key } = request;
    const path = request.url.pathname;
    clockCorrected = false;
    const answer = await send(exchange, request);
    try {
      const result = await answerOf(
        exchange,
        answer,
        { name: `${request.method} ${path}`, key, token },
        consume,
      );
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
  ): Promise<T> => {
    await tokens.enter();
    const key = await tokens.key();
    await passBudget(key.keyId, options);
    const token = await tokens.forRead(request);
    const timeoutMillis = exchangeTimeout(options.remainingMillis());
    const url = requestUrl(options.baseUrl, request);
    return exchangeOnce({ method: 'GET', url, token, key, headers, timeoutMillis }, consume);
  };

  const writeOnce = async ({ method, path, body }: ApiWrite, deadline: number): Promise<unknown> => {
    // mutation: write-asks-gate
    await tokens.enter();
    const key = await tokens.key();
    const token = await tokens.forWrite();
    return exchangeOnce(
      {
        method,
        url: requestUrl(options.baseUrl, { path }),
        token,
        key,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        timeoutMillis: Math.max(1, deadline - options.clock.now()),
      },
      readJson,
    );
  };

  /** After a 401: whether the same request may go out once more, with corrected times or another key. */
  const otherwise = async (tried: { clock: boolean }): Promise<boolean> => {
    if (clockCorrected && !tried.clock) {
      tried.clock = true;
      return true;
    }
    return tokens.nextKey();
  };

  /** Runs a request until no other key and no other clock is left to try it with. */
  const withEveryKey = async <T>(once: () => Promise<T>, deadline = Number.POSITIVE_INFINITY): Promise<T> => {
    const tried = { clock: false };
    for (let key = 1; ; key += 1) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof AppStoreConnectError && error.refusesEverything)) throw error;
        const another = error.code === 'UNAUTHORIZED' && key < KEYS_TRIED && (await otherwise(tried));
        if (another && options.clock.now() + SHORTEST_EXCHANGE_MILLIS < deadline) continue;
        if (another) throw error;
        // mutation: report-refused-key
        await tokens.refused(error);
        throw error;
      }
    }
  };

  return {
    baseUrl: options.baseUrl,
    read: async (request, consume, headers = {}) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await withEveryKey(() => readOnce(request, consume, headers));
        } catch (error) {
          if (!(error instanceof AppStoreConnectError)) throw error;
          const wait = waitBeforeRetry(error, attempt, options);
          if (wait === undefined) throw error;
          await options.sleep(wait);
        }
      }
    },
    turnToWrite: async (writes) => takeTurns((await tokens.key()).keyId, writes, options),
    write: async (request) => {
      if (options.remainingMillis() < EXCHANGE_MILLIS + SPARE_MILLIS) throw tooLateToWrite(request.path);
      // A 401 is a definite answer: nothing has taken effect, so sending once more under another key is no repeat.
      // All of it ends within the time of one exchange, on which those rely who wait out a write in doubt.
      const deadline = options.clock.now() + EXCHANGE_MILLIS;
      return withEveryKey(() => writeOnce(request, deadline), deadline);
    },
  };
}

type Outgoing = OutgoingRequest & { key: ApiKey };

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

/**
 * Waits out the pace of a minute; what is held for longer is left to a later invocation.
 *
 * @throws AppStoreConnectError `BUDGET_RESERVED`
 */
async function passBudget(keyId: string, options: ClientOptions): Promise<void> {
  const { quota, priority, clock, sleep, random, remainingMillis } = options;
  for (let waited = 0; ; ) {
    const retryAt = await quota.retryAt(keyId, priority);
    if (retryAt === undefined) return;
    const wait = Math.max(0, retryAt - clock.now());
    const pause = wait + Math.floor(random() * PACE_JITTER_MILLIS);
    const tooLong = waited + pause > LONGEST_WAIT_MILLIS || pause + 2 * SPARE_MILLIS >= remainingMillis();
    if (tooLong) throw budgetReserved(keyId, wait);
    await sleep(pause);
    waited += pause;
  }
}

/** A worker that waits for its turn takes what it has got so far, once the next one is far away. */
async function takeTurns(keyId: string, writes: number, options: ClientOptions): Promise<number> {
  for (let taken = 0; taken < writes; taken += 1) {
    try {
      await passBudget(keyId, { ...options, priority: 'price' });
    } catch (error) {
      const isHeld = error instanceof AppStoreConnectError && error.code === 'BUDGET_RESERVED';
      if (!isHeld || taken === 0) throw error;
      return taken;
    }
  }
  return writes;
}

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

const readJson: ReadResponse<unknown> = (answer) =>
  answer.status === 204 || answer.body === null ? Promise.resolve(undefined) : readResponseJson(answer);

const tooLateToWrite = (path: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'DEADLINE',
    message: `Too little time is left in this invocation to send a write to ${path}; nothing was sent.`,
  });

const budgetReserved = (keyId: string, retryAfterMillis: number): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'BUDGET_RESERVED',
    message: `What is left of key ${keyId}'s requests is reserved for more urgent work; this one waits.`,
    retryAfterMillis,
  });
