import type { Behaviour } from '../rules/behaviour.ts';

/** The part of a request that a scope entry speaks of. `path` as sent, without the query. */
export type ScopedRequest = { method: string; path: string; query: URLSearchParams };

type ScopeBehaviour = Pick<Behaviour, 'scopeEntryWithoutQuery' | 'scopeExtraParameters'>;

/** Parameters that Apple leaves out of the comparison. */
const ignored = new Set(['limit', 'cursor', 'sort']);

/**
 * Whether a token's scope lets this request through.
 *
 * Page "Generating Tokens for API Requests", section "Determine the Scope of the Token": each entry is the method
 * GET, the path and an optional query string; a token is rejected if no entry matches the request; the order of
 * parameters isn't important; `limit`, `cursor` and `sort` are ignored. What the page leaves open is a switch of
 * {@link Behaviour}.
 */
export function scopeAllows(
  scope: readonly string[],
  request: ScopedRequest,
  behaviour: ScopeBehaviour,
): boolean {
  return request.method === 'GET' && scope.some((entry) => entryMatches(entry, request, behaviour));
}

function entryMatches(entry: string, request: ScopedRequest, behaviour: ScopeBehaviour): boolean {
  const [, path, queryText] = /^GET (\/[^?\s]*)(?:\?(\S*))?$/.exec(entry) ?? [];
  if (path === undefined || path !== request.path) return false;
  const sent = countPairs(request.query);
  if (queryText === undefined) return sent.size === 0 || behaviour.scopeEntryWithoutQuery === 'any-query';
  const demanded = countPairs(new URLSearchParams(queryText));
  if (!contains(sent, demanded)) return false;
  return behaviour.scopeExtraParameters === 'allowed' || contains(demanded, sent);
}

/** Decoded name and value pairs with how often each occurs: comparing these forgets the order, not the number. */
function countPairs(query: URLSearchParams): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name, value] of query) {
    if (ignored.has(name)) continue;
    const pair = JSON.stringify([name, value]);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return counts;
}

const contains = (whole: ReadonlyMap<string, number>, part: ReadonlyMap<string, number>): boolean =>
  [...part].every(([pair, count]) => (whole.get(pair) ?? 0) >= count);
