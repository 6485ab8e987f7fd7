import type { AcceptedKey } from '../auth/key-history.ts';
import type { StoredKey } from '../auth/stored-key.ts';
import type { Token } from '../auth/token.ts';
import type { DiagnosisFacts } from '../diagnosis/facts.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import { readAtMost } from '../protocol/response-json.ts';
import { parseRateLimit } from '../rate-limit/rate-limit-header.ts';
import type { ClientOptions, ReadResponse } from './client-options.ts';
import { correlationKeyOf, errorFromResponse, requestIdOf, skewOf } from './response-error.ts';

/** What one request and its response need. */
export type Exchange = Pick<ClientOptions, 'fetch' | 'quota' | 'clock' | 'onResponse' | 'onNoteLost'>;

/** Who asks: the key that signed, the token, and what Apple last accepted under the same secret. */
export type Sender = { signer: StoredKey; token: Token; lastAccepted: AcceptedKey | undefined };

export type OutgoingRequest = {
  method: string;
  url: URL;
  token: Token;
  headers: Record<string, string>;
  body?: string;
  timeoutMillis: number;
};

/** A refusal is a few hundred bytes; whatever is longer is not Apple's and need not be held. */
const MAXIMUM_REFUSAL_BYTES = 64 * 1024;

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
      signal: AbortSignal.timeout(Math.floor(timeoutMillis)),
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    // mutation: connection-lost
    throw networkError(`${method} ${url.pathname}`, method !== 'GET', error);
  }
}

/**
 * Reads the response: observes quota and clock, hands a success to `consume`, turns anything else into an
 * AppStoreConnectError.
 */
export async function readOutcome<T>(
  exchange: Exchange,
  response: Response,
  request: Sender & { name: string },
  consume: ReadResponse<T>,
): Promise<T> {
  const isWrite = !request.name.startsWith('GET ');
  await observe(exchange, response, request);
  try {
    if (response.ok) return await consume(response);
    const { text: body } = await readAtMost(response, MAXIMUM_REFUSAL_BYTES);
    const { status, headers } = response;
    const error = errorFromResponse(
      { status, headers, body },
      {
        request: request.name,
        key: request.signer.key,
        token: request.token,
        lastAccepted: request.lastAccepted,
        now: exchange.clock.now(),
      },
    );
    // mutation: write-answered-5xx
    throw isWrite && status >= 500 ? withUnknownOutcome(error) : error;
  } catch (error) {
    // A success that cannot be read is a success all the same: what was written has probably taken effect.
    if (error instanceof AppStoreConnectError)
      throw isWrite && response.ok ? withUnknownOutcome(error) : error;
    if (isBrokenBody(error)) throw networkError(request.name, isWrite, error);
    throw error;
  }
}

/**
 * Writes down what a response shows of its key. A failure is told and passed over: it says nothing about the response, and an
 * acknowledged write whose acknowledgement is lost might be sent again.
 */
export async function noteOrTell(
  { onNoteLost }: Pick<Exchange, 'onNoteLost'>,
  note: () => Promise<void>,
): Promise<void> {
  try {
    await note();
  } catch (error) {
    // mutation: note-lost
    onNoteLost?.(error);
  }
}

async function observe(
  exchange: Exchange,
  { status, headers }: Response,
  { name, signer }: Sender & { name: string },
): Promise<void> {
  const { quota, clock, onResponse } = exchange;
  const limits = parseRateLimit(headers.get('x-rate-limit'));
  const skewMillis = skewOf(headers, clock.now());
  const appleRequestId = requestIdOf(headers);
  const correlationKey = correlationKeyOf(headers);
  onResponse?.({
    request: name,
    status,
    ...(appleRequestId !== undefined && { appleRequestId }),
    ...(correlationKey !== undefined && { correlationKey }),
    ...(skewMillis !== undefined && { skewMillis }),
    ...(limits?.hour !== undefined && {
      requestsRemaining: limits.hour.remaining,
      requestLimit: limits.hour.limit,
    }),
    ...(limits?.minute !== undefined && {
      minuteRemaining: limits.minute.remaining,
      minuteLimit: limits.minute.limit,
    }),
  });
  if (limits !== undefined) await noteOrTell(exchange, () => quota.observe(signer.key.keyId, limits));
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
    outcomeUnknown: isWrite,
    facts: networkFacts(name, cause),
    cause,
  });

/** undici's own error says "fetch failed"; what happened stands in its cause. */
function networkFacts(name: string, error: unknown): DiagnosisFacts {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const path = name.split(' ')[1];
  return {
    network: networkCodeOf(inner),
    ...(path !== undefined && { path }),
  };
}

function networkCodeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // undici has no code for a redirect that it was told to refuse.
  return error.message === 'unexpected redirect' ? 'REDIRECTED' : error.name;
}

const withUnknownOutcome = (error: AppStoreConnectError): AppStoreConnectError =>
  new AppStoreConnectError({
    code: error.code,
    message: `${error.message} It may have taken effect: read back before anything else.`,
    outcomeUnknown: true,
    errors: error.errors,
    cause: error,
    ...(error.facts !== undefined && { facts: error.facts }),
    ...(error.status !== undefined && { status: error.status }),
    ...(error.requestId !== undefined && { requestId: error.requestId }),
    ...(error.correlationKey !== undefined && { correlationKey: error.correlationKey }),
  });
