import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { ApiRead, ApiWrite } from '../protocol/api-request.ts';
import { requestUrl } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import type { ClientOptions, ReadResponse } from './client-options.ts';
import {
  type Exchange,
  noteOrTell,
  type OutgoingRequest,
  readOutcome,
  type Sender,
  send,
} from './http-exchange.ts';
import { passQuota, SPARE_MILLIS } from './quota-turns.ts';
import type { Attempt } from './send-with-retries.ts';

/** No single exchange takes longer; a report of a hundred megabytes does not need it. */
export const EXCHANGE_MILLIS = MINUTE_MILLIS;

/** Sends a read once: permission of the key's circuit, its turn in the request quota, then one exchange. */
export async function readOnce<T>(
  options: ClientOptions,
  {
    request,
    consume,
    headers,
  }: { request: ApiRead; consume: ReadResponse<T>; headers: Record<string, string> },
  attempt: Attempt,
): Promise<T> {
  const { tokens, baseUrl, remainingMillis } = options;
  // mutation: probe-repeats
  attempt.admission.probe = await tokens.requirePermission(attempt.admission.probe);
  const signer = await tokens.signer();
  // mutation: read-takes-turn
  await passQuota(signer.key.keyId, options);
  const token = await tokens.forRead(request, signer);
  const timeoutMillis = exchangeTimeout(remainingMillis());
  const sender = { signer, token, lastAccepted: tokens.lastAccepted() };
  const outgoing = { method: 'GET', url: requestUrl(baseUrl, request), headers, timeoutMillis, ...sender };
  return exchangeOnce(options, outgoing, consume, attempt);
}

/**
 * Sends a write once. Its turn in the request quota was taken before (`turnToWrite`).
 *
 * @param deadline when the exchange must have ended, by our clock
 * @throws AppStoreConnectError `DEADLINE`, with nothing sent, where the key's circuit or its secret took too long
 */
export async function writeOnce(
  options: ClientOptions,
  { method, path, body }: ApiWrite,
  deadline: number,
  attempt: Attempt,
): Promise<unknown> {
  const { tokens, baseUrl, clock } = options;
  // mutation: write-asks-gate
  attempt.admission.probe = await tokens.requirePermission(attempt.admission.probe);
  const signer = await tokens.signer();
  const token = await tokens.forWrite(signer);
  const timeoutMillis = deadline - clock.now();
  // Whoever waits out a write in doubt reads Apple's state after its deadline: nothing may go out then.
  // mutation: write-after-deadline
  if (timeoutMillis < SPARE_MILLIS) throw heldUp(path);
  const outgoing = {
    method,
    url: requestUrl(baseUrl, { path }),
    signer,
    token,
    lastAccepted: tokens.lastAccepted(),
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    timeoutMillis,
  };
  return exchangeOnce(options, outgoing, readAnyJson, attempt);
}

const heldUp = (path: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'DEADLINE',
    message: `The key took so long to be read that a write to ${path} could end too late; nothing was sent.`,
  });

/** One exchange with one key and token; notes in `attempt` what the retries have to know. */
async function exchangeOnce<T>(
  options: ClientOptions,
  request: OutgoingRequest & Sender,
  consume: ReadResponse<T>,
  attempt: Attempt,
): Promise<T> {
  const { tokens } = options;
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
    await noteOrTell(options, () => tokens.accepted());
    return result;
  } catch (error) {
    if (error instanceof AppStoreConnectError && showsThatKeyIsGood(error))
      await noteOrTell(options, () => tokens.accepted());
    throw error;
  }
}

/** Apple looked at the request itself, so it had let the key in. */
const showsThatKeyIsGood = ({ code, status }: AppStoreConnectError): boolean =>
  status !== undefined &&
  !['UNAUTHORIZED', 'AGREEMENT_UNSIGNED', 'APPLE_UNAVAILABLE', 'NETWORK', 'UNEXPECTED_ANSWER'].includes(code);

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

/** Writes may be acknowledged without a body. */
const readAnyJson: ReadResponse<unknown> = (response) =>
  response.status === 204 || response.body === null ? Promise.resolve(undefined) : readResponseJson(response);
