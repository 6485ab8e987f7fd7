import { redactText } from '../../platform/logging/redaction.ts';
import type { AcceptedKey } from '../auth/key-history.ts';
import type { Token } from '../auth/token.ts';
import type { ApiKey } from '../diagnosis/api-key.ts';
import { describeDiagnoses, diagnose } from '../diagnosis/diagnose.ts';
import type { DiagnosisFacts, KeyFacts } from '../diagnosis/facts.ts';
import { parseErrorEnvelope } from '../protocol/error-envelope.ts';
import { type AppStoreConnectCode, AppStoreConnectError } from '../protocol/errors.ts';
import { parseRetryAfter } from '../rate-limit/rate-limit-header.ts';

/** Enough of a stray body to recognise it, not enough to flood a log. */
const EXCERPT_CHARACTERS = 200;

/**
 * Turns an answer that is not a success into an error.
 *
 * @param body the answer's text, already read
 * @param context what was sent, for the diagnosis: `request` as `GET /v1/…`, the key and the token that signed it
 * @param status Apple's status; given apart from `headers` as an envelope inside a 200 carries its own
 */
export function errorFromResponse(
  answer: { status: number; headers: Headers; body: string },
  context: {
    request: string;
    key: ApiKey;
    token: Token;
    lastAccepted?: AcceptedKey | undefined;
    now: number;
  },
): AppStoreConnectError {
  const { headers, body } = answer;
  const errors = parseErrorEnvelope(body);
  const first = errors?.[0];
  // An envelope inside a 200 is a refusal all the same: believe its own status.
  const status = answer.status < 400 && first !== undefined ? Number(first.status) : answer.status;
  const requestId = requestIdOf(headers) ?? first?.id;
  const correlationKey = correlationKeyOf(headers);
  const skewMillis = skewOf(headers, context.now);
  const retryAfterMillis = parseRetryAfter(headers.get('retry-after'), context.now);
  const isApples = first !== undefined;
  const facts: DiagnosisFacts = {
    response: { status, appleCode: first?.code ?? '', detail: first?.detail ?? '', isApples },
    key: keyFacts(context.key, context.lastAccepted),
    token: tokenFacts(context.token),
    path: pathOf(context.request),
    method: context.request.split(' ')[0] ?? 'GET',
    now: context.now,
    ...(skewMillis !== undefined && { skewMillis }),
  };
  const [cause, ...others] = diagnose(facts);
  const diagnosed = cause.cause !== 'not-a-key-fault';
  const explained = status === 401 || status === 403 ? `. ${describeDiagnoses([cause, ...others])}` : '';
  const content =
    first === undefined
      ? `a body that is not Apple's error envelope: ${JSON.stringify(redactText(body).slice(0, EXCERPT_CHARACTERS))}`
      : `${first.code}: ${first.detail}`;
  return new AppStoreConnectError({
    code: codeOf(status, cause.cause, isApples),
    message: `${context.request} was answered ${status} with ${content}${explained}${idText(requestId)}`,
    status,
    errors: errors ?? [],
    ...(requestId !== undefined && { requestId }),
    ...(correlationKey !== undefined && { correlationKey }),
    ...(retryAfterMillis !== undefined && { retryAfterMillis }),
    ...(diagnosed && { facts }),
  });
}

const idText = (requestId: string | undefined): string =>
  requestId === undefined ? '' : ` (Apple's request id ${requestId})`;

/**
 * What a diagnosis may know of a key: nothing of its private half.
 *
 * @param lastAccepted what Apple last accepted under the same secret, whatever key that was
 */
export const keyFacts = (key: ApiKey, lastAccepted?: AcceptedKey): KeyFacts => ({
  keyId: key.keyId,
  kind: key.kind,
  thumbprint: key.thumbprint,
  ...(key.kind === 'team' && { issuerId: key.issuerId }),
  ...(key.role !== undefined && { role: key.role }),
  ...(key.createdAt !== undefined && { createdAt: key.createdAt }),
  ...(lastAccepted !== undefined && { lastAccepted }),
});

export const tokenFacts = ({ issuedAt, expiresAt }: Token) => ({
  issuedAt: issuedAt / 1000,
  expiresAt: expiresAt / 1000,
});

/** The path in a request's name, such as `GET /v1/apps`. */
export const pathOf = (request: string): string => request.split(' ')[1] ?? '';

/** Apple's id of a request: what its support asks for. Apple's own header is `requestId`. */
export const requestIdOf = (headers: Headers): string | undefined =>
  headers.get('requestid') ?? headers.get('x-apple-request-uuid') ?? headers.get('x-request-id') ?? undefined;

/** The id by which Apple's servers name a request among themselves. */
export const correlationKeyOf = (headers: Headers): string | undefined =>
  headers.get('x-apple-jingle-correlation-key') ?? undefined;

/** Apple's clock minus ours, in milliseconds, by the answer's `Date`. */
export function skewOf(headers: Headers, now: number): number | undefined {
  const date = headers.get('date');
  const at = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? undefined : at - now;
}

function codeOf(status: number, cause: string | undefined, envelope: boolean): AppStoreConnectCode {
  if (status === 429) return 'RATE_LIMITED';
  if (status >= 500) return 'APPLE_UNAVAILABLE';
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 403) return cause === 'agreement-unsigned' ? 'AGREEMENT_UNSIGNED' : 'FORBIDDEN';
  if (status === 406) return 'NOT_ACCEPTABLE';
  // Below here a body that is not Apple's is some other server's word (a proxy, a portal): never act on it.
  if (!envelope) return 'UNEXPECTED_ANSWER';
  if (status === 404) return 'NOT_FOUND';
  if (status === 410) return 'GONE';
  if (status === 409) return 'CONFLICT';
  return status >= 400 ? 'INVALID_REQUEST' : 'UNEXPECTED_ANSWER';
}
