import type { ApiKey } from '../api-key.ts';
import type { Token } from '../auth/token.ts';
import type { DiagnosisFacts } from '../diagnosis/facts.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import { readAtMost } from '../protocol/response-json.ts';
import { parseRateLimit } from '../rate-limit/rate-limit-header.ts';
import type { ClientOptions, ReadResponse } from './client-options.ts';
import { errorFromResponse, requestIdOf, skewOf } from './response-error.ts';

/** What one request and its answer need. */
export type Exchange = Pick<ClientOptions, 'fetch' | 'quota' | 'clock' | 'onResponse'>;

export type OutgoingRequest = {
  method: string;
  url: URL;
  token: Token;
  headers: Record<string, string>;
  body?: string;
  timeoutMillis: number;
};

/** A refusal is a few hundred bytes; whatever is longer is not Apple's and need not be held. */
const LONGEST_REFUSAL_BYTES = 64 * 1024;

/**
 * Sends one request once. Redirects are refused: a token must not follow one to another host.
 *
 * @throws AppStoreConnectError `NETWORK`; for a write that is in doubt, as it may have arrived
 */
export async function send(exchange: Exchange, request: OutgoingRequest): Promise<Response> {
  const { method, url, token, headers, body, timeoutMillis } = request;
  try {
    return await exchange.fetch(url, {
      method,
      headers: { accept: 'application/json', ...headers, authorization: `Bearer ${token.value.reveal()}` },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMillis),
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    // mutation: connection-lost
    throw networkError(`${method} ${url.pathname}`, method !== 'GET', error);
  }
}

/**
 * Reads the answer: observes rate limit and clock, hands a success to `consume`, turns anything else into an
 * AppStoreConnectError.
 */
export async function answerOf<T>(
  exchange: Exchange,
  answer: Response,
  request: { name: string; key: ApiKey; token: Token },
  consume: ReadResponse<T>,
): Promise<T> {
  const isWrite = !request.name.startsWith('GET ');
  await observe(exchange, answer, request);
  try {
    if (answer.ok) return await consume(answer);
    const { text: body } = await readAtMost(answer, LONGEST_REFUSAL_BYTES);
    const { status, headers } = answer;
    const error = errorFromResponse(
      { status, headers, body },
      { request: request.name, key: request.key, token: request.token, now: exchange.clock.now() },
    );
    // mutation: write-answered-5xx
    throw isWrite && status >= 500 ? inDoubt(error) : error;
  } catch (error) {
    // A success that cannot be read is a success all the same: what was written has probably taken effect.
    if (error instanceof AppStoreConnectError) throw isWrite && answer.ok ? inDoubt(error) : error;
    if (isBrokenBody(error)) throw networkError(request.name, isWrite, error);
    throw error;
  }
}

async function observe(
  { quota, clock, onResponse }: Exchange,
  answer: Response,
  request: { name: string; key: ApiKey },
): Promise<void> {
  const now = clock.now();
  const limit = parseRateLimit(answer.headers.get('x-rate-limit'));
  const skewMillis = skewOf(answer.headers, now);
  const appleRequestId = requestIdOf(answer.headers);
  onResponse?.({
    request: request.name,
    status: answer.status,
    ...(appleRequestId !== undefined && { appleRequestId }),
    ...(skewMillis !== undefined && { skewMillis }),
    ...(limit !== undefined && { requestsRemaining: limit.remaining, requestLimit: limit.limit }),
  });
  if (limit !== undefined) await quota.observe(request.key.keyId, limit);
}

/** undici reports a body that breaks off as a TypeError "terminated", a deadline as a TimeoutError. */
const isBrokenBody = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'TimeoutError' ||
    error.name === 'AbortError' ||
    (error instanceof TypeError && error.message === 'terminated'));

const networkError = (name: string, isWrite: boolean, cause: unknown): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'NETWORK',
    message: `${name} got no whole answer (${cause instanceof Error ? cause.message : 'network trouble'}).${isWrite ? ' It may have taken effect: read back before anything else.' : ' It is tried again.'}`,
    inDoubt: isWrite,
    facts: networkFacts(name, cause),
    cause,
  });

/** undici's own error says "fetch failed"; what happened stands in its cause. */
function networkFacts(name: string, error: unknown): DiagnosisFacts {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  const path = name.split(' ')[1];
  return {
    network: typeof code === 'string' ? code : inner instanceof Error ? inner.name : 'unknown',
    ...(path !== undefined && { path }),
  };
}

const inDoubt = (error: AppStoreConnectError): AppStoreConnectError =>
  new AppStoreConnectError({
    code: error.code,
    message: `${error.message} It may have taken effect: read back before anything else.`,
    inDoubt: true,
    errors: error.errors,
    cause: error,
    ...(error.facts !== undefined && { facts: error.facts }),
    ...(error.status !== undefined && { status: error.status }),
    ...(error.requestId !== undefined && { requestId: error.requestId }),
  });
