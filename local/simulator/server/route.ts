import type { IncomingHttpHeaders } from 'node:http';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import type { ApiKey, Role } from '../auth/accounts.ts';
import type { Effect } from '../prices/delayed-effects.ts';
import { notFound, notPlayed, Refusal } from '../rules/apple-error.ts';
import type { Behaviour } from '../rules/behaviour.ts';
import type { RouteResponse } from '../rules/response.ts';
import { appleMethods } from './apple-operations.ts';

/** A verified request, as a route sees it. */
export type Call = {
  method: string;
  path: string;
  /** What stands in the places of the route's `{names}`. */
  pathParameters: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
  key: ApiKey;
  now: EpochMillis;
  behaviour: Behaviour;
  /** The `x-apple-request-uuid` of the response. */
  requestId: string;
  /** Scheme and host that the client spoke to, such as `http://127.0.0.1:4321`. Links begin with it. */
  origin: string;
  /**
   * Carries out what the request changes, now or, under the fault `delayedEffect`, later. Everything that can be
   * refused is to be refused before.
   */
  takeEffect(effect: Effect): void;
};

/** What stands in the place of `{id}`. */
export const idOf = ({ pathParameters }: Pick<Call, 'pathParameters'>): string => pathParameters['id'] ?? '';

/** One endpoint. A resource is one file in `routes/` that returns its routes. */
export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Apple's path with names in braces, such as `/v1/apps/{id}`. */
  path: string;
  /** A key needs one of these. */
  roles: readonly Role[];
  /** Whether individual keys may call it. */
  individualKeys: boolean;
  /** Answers, or throws a {@link Refusal}. */
  handle(call: Call): RouteResponse | Promise<RouteResponse>;
};

export type FoundRoute = { route: Route; pathParameters: Record<string, string> };

/**
 * Finds the endpoint of a request.
 *
 * @throws {Refusal} 501 for an operation that Apple has and the simulator does not play, 404 for a path that Apple
 *   does not have, 405 for a method that the path does not have
 */
export function findRoute(routes: readonly Route[], method: string, path: string): FoundRoute {
  const pathParts = path.split('/');
  const here = routes.flatMap((route) => {
    const pathParameters = matchParts(partsOf(route.path), pathParts);
    return pathParameters === undefined ? [] : [{ route, pathParameters }];
  });
  const found = here.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  const known = appleMethods(path);
  if (known?.includes(method) === true) throw notPlayed(`${method} ${path}`);
  if (here.length === 0 && known === undefined)
    throw notFound('The path provided does not match a defined resource type.', 'unknown-path');
  throw new Refusal({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    title: 'The request method is not valid for the resource path.',
    detail: `The request method used for this request is not valid for the resource path '${path}'.`,
    reason: 'method-not-allowed',
  });
}

type PatternPart = { text: string } | { name: string };

/** By pattern: there are as many as Apple has operations, and each request is held against all of them. */
const patterns = new Map<string, readonly PatternPart[]>();

function partsOf(pattern: string): readonly PatternPart[] {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const parts = pattern.split('/').map((part): PatternPart => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name === undefined ? { text: part } : { name };
  });
  patterns.set(pattern, parts);
  return parts;
}

/** What stands in the places of a pattern's `{names}`; `undefined` if the path is another one. */
function matchParts(
  pattern: readonly PatternPart[],
  path: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const value = path[index] ?? '';
    if ('text' in part ? part.text !== value : value === '') return undefined;
    if ('name' in part) parameters[part.name] = value;
  }
  return parameters;
}
