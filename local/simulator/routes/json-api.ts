import { invalidParameter } from '../server/apple-error.ts';
import type { RouteResponse } from '../server/response.ts';
import type { Call } from '../server/route.ts';

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 200;

/** A page of a JSON:API list, with `links.next` while there is more; the cursor is where the next page begins. */
export function listResponse(call: Call, resources: readonly unknown[]): RouteResponse {
  const limit = readLimit(call.query);
  const start = Number(call.query.get('cursor') ?? 0);
  const end = start + limit;
  const self = linkTo(call, {});
  const links = end < resources.length ? { self, next: linkTo(call, { cursor: String(end) }) } : { self };
  const meta = { paging: { total: resources.length, limit } };
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ data: resources.slice(start, end), links, meta })),
  };
}

/** A parameter that takes one of some words; `undefined` when it is not given. */
export function oneOf<Value extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined)
    throw invalidParameter(name, `'${text}' is not a valid filter value for '${name}'.`);
  return found;
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit');
  const limit = text === null ? DEFAULT_LIMIT : Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw invalidParameter('limit', `The limit must be between 1 and ${LARGEST_LIMIT}.`);
}

function linkTo(call: Call, changes: Record<string, string>): string {
  const query = new URLSearchParams(call.query);
  for (const [name, value] of Object.entries(changes)) query.set(name, value);
  return `${call.origin}${call.path}${query.size > 0 ? `?${query}` : ''}`;
}
