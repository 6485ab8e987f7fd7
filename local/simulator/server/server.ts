import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';
import type { Accounts } from '../auth/accounts.ts';
import { checkToken, type TokenCheck } from '../auth/bearer-token.ts';
import type { DelayedEffects, Effect } from '../prices/delayed-effects.ts';
import { errorResponse, Refusal } from '../rules/apple-error.ts';
import type { Behaviour } from '../rules/behaviour.ts';
import type { RouteResponse } from '../rules/response.ts';
import { publishExchange } from './exchanges.ts';
import { damagedResponse, rateLimitRefusal, replacementResponse } from './fault-responses.ts';
import type { FaultEffect, Faults } from './faults.ts';
import { requireAgreement, requirePermission } from './permission.ts';
import { type MinuteCounter, minuteHeader, type RateLimiter } from './rate-limit.ts';
import { requestIdHeaders } from './request-id.ts';
import { findRoute, type Route } from './route.ts';
import type { Journal, SeenRequest } from './seen-requests.ts';

export type ServerParts = {
  clock: Clock;
  accounts: Accounts;
  behaviour: Behaviour;
  faults: Faults;
  journal: Journal;
  rates: RateLimiter;
  purchasePriceWrites: MinuteCounter;
  delayed: DelayedEffects;
  routes: readonly Route[];
};

/** Answers one HTTP request: token, fault, rate limit, path, agreement, role, resource, in this order. */
export async function handle(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const now = parts.clock.now();
  const method = request.method ?? 'GET';
  const [path, queryText] = splitTarget(request.url ?? '/');
  const query = new URLSearchParams(queryText);
  const asked = { method, path, query };
  const body = await readBody(request);
  parts.delayed.settle();
  const token = await checkToken(request.headers.authorization, asked, { ...parts, now });
  const effect = parts.faults.strike({ ...asked, keyId: token.keyId });
  const seen = parts.journal.add({
    at: now,
    method,
    path,
    query: [...query],
    keyId: token.keyId,
    tokenClaims: token.claims,
    tokenAccepted: token.accepted,
    refusal: undefined,
    receivedBytes: body.byteLength,
    body: jsonOf(body),
    status: undefined,
    delivery: 'pending',
    fault: effect?.kind,
    requestId: randomUUID(),
  });
  response.on('close', () => {
    seen.delivery = response.writableFinished ? 'answered' : 'lost';
  });
  if (effect?.kind === 'hang') return;
  if (effect?.kind === 'dropBefore') return void request.socket.destroy();
  if (effect?.kind === 'latency') await wait(effect.millis);
  const takeEffect = (change: Effect): void => {
    if (effect?.kind === 'delayedEffect') parts.delayed.add(now + effect.millis, change);
    else change(now);
  };
  const { requestId } = seen;
  const origin = originOf(request);
  const given = { ...asked, headers: request.headers, body, now, requestId, origin, takeEffect };
  const whole =
    (effect && replacementResponse(effect)) ??
    (await answerOf(parts, token, seen, (key) => ({ ...given, key })));
  const answer = effect ? damagedResponse(whole, effect) : whole;
  seen.status = answer.status;
  const contentType = request.headers['content-type'];
  const told = { status: answer.status, contentType: answer.headers['content-type'], body: answer.body };
  publishExchange({ ...seen, contentType, answer: told });
  await deliver(response, withAppleHeaders(answer, parts, seen), effect);
}

/** A response as it goes out; a header can come twice. */
type SentResponse = Omit<RouteResponse, 'headers'> & { headers: OutgoingHttpHeaders };

type CallMaker = (
  key: Extract<TokenCheck, { accepted: true }>['key'],
) => Omit<Parameters<Route['handle']>[0], 'pathParameters' | 'behaviour'>;

async function answerOf(
  parts: ServerParts,
  token: TokenCheck,
  seen: SeenRequest,
  makeCall: CallMaker,
): Promise<RouteResponse> {
  try {
    if (!token.accepted) throw token.refusal;
    const { key } = token;
    const call = makeCall(key);
    spendRequest(parts, call);
    const { route, pathParameters } = findRoute(parts.routes, call.method, call.path);
    requireAgreement(key, parts.behaviour);
    requirePermission(key, route);
    return await route.handle({ ...call, pathParameters, behaviour: parts.behaviour });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : unexpected(error);
    seen.refusal = refusal.reason;
    return errorResponse(refusal);
  }
}

/** @throws {Refusal} 429 when the key has used up one of its limits */
function spendRequest(parts: ServerParts, { key, method, path, now }: ReturnType<CallMaker>): void {
  const limit = parts.behaviour.purchasePriceWritesPerMinute;
  const hour = parts.rates.spend(key.keyId, now);
  const refused =
    hour.allowed && limit > 0 && isPurchasePriceWrite(method, path)
      ? parts.purchasePriceWrites.spend(key.keyId, limit, now)
      : hour;
  if (refused.allowed) return;
  const seconds = Math.max(1, Math.ceil((refused.freeAt - now) / 1000));
  throw rateLimitRefusal(parts.behaviour.retryAfterOnRateLimit ? seconds : undefined);
}

const isPurchasePriceWrite = (method: string, path: string): boolean =>
  method === 'POST' && path === '/v1/inAppPurchasePriceSchedules';

function rateLimitHeader(parts: ServerParts, seen: SeenRequest, now: EpochMillis): string | string[] {
  const keyId = seen.tokenAccepted ? seen.keyId : undefined;
  const limit = parts.behaviour.purchasePriceWritesPerMinute;
  if (keyId !== undefined && limit > 0 && isPurchasePriceWrite(seen.method, seen.path))
    return minuteHeader(limit, parts.purchasePriceWrites.remaining(keyId, limit, now));
  const stated = parts.rates.headerParts(parts.rates.budget(keyId, now));
  return parts.behaviour.rateLimitHeaders === 'two' ? stated : stated.join('');
}

/** A mistake of the simulator itself looks like one of Apple's; the journal tells which. */
const unexpected = (error: unknown): Refusal =>
  new Refusal({
    status: 500,
    code: 'UNEXPECTED_ERROR',
    title: 'An unexpected error occurred.',
    detail: 'An unexpected error occurred on the server side.',
    reason: `simulator error: ${error instanceof Error ? error.message : String(error)}`,
  });

function withAppleHeaders(answer: RouteResponse, parts: ServerParts, seen: SeenRequest): SentResponse {
  const now = parts.clock.now();
  return {
    ...answer,
    headers: {
      date: new Date(now).toUTCString(),
      ...requestIdHeaders(seen.requestId),
      'x-rate-limit': rateLimitHeader(parts, seen, now),
      'content-length': String(answer.body.byteLength),
      ...answer.headers,
    },
  };
}

async function deliver(
  response: ServerResponse,
  answer: SentResponse,
  effect: FaultEffect | undefined,
): Promise<void> {
  const lost = effect?.kind === 'delayedEffect' && effect.answer === 'lost';
  if (effect?.kind === 'dropAfter' || lost) return void response.destroy();
  response.sendDate = false;
  response.writeHead(answer.status, answer.headers);
  if (effect?.kind !== 'dropMidBody') return void response.end(answer.body);
  const half = answer.body.subarray(0, Math.floor(answer.body.byteLength / 2));
  response.write(half, () => response.destroy());
}

/** What the client spoke to: behind a proxy that is the name of Apple's host. */
const originOf = ({ socket, headers }: IncomingMessage): string =>
  `${socket instanceof TLSSocket ? 'https' : 'http'}://${headers.host ?? '127.0.0.1'}`;

/** Path and query as they were sent. Not through `URL`, which would tidy the path that a scope is compared with. */
function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return body.byteLength === 0 ? undefined : JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    // Not JSON: what the request's route says about that is the response.
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
