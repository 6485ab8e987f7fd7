import { type ApiRead, queryPairs } from '../protocol/api-request.ts';

/** Apple leaves these out when it compares a request with a scope, so pages of one list share one. */
const IGNORED_IN_SCOPES = new Set(['cursor', 'limit', 'sort']);

/**
 * The scope entry that allows exactly this read, such as
 * `GET /v1/salesReports?filter[frequency]=DAILY&filter[vendorNumber]=85012345`.
 *
 * Parameters stand in alphabetical order, so that equal requests give equal scopes. Brackets stay as they are,
 * as in Apple's example; what would end a value is percent-encoded.
 * Source: "Generating Tokens for API Requests", field `scope`.
 */
export function scopeOf({ path, query = {} }: ApiRead): string {
  const pairs = queryPairs(query)
    .filter(([name]) => !IGNORED_IN_SCOPES.has(name))
    .map(([name, value]) => `${name}=${escapeValue(value)}`)
    .sort();
  return pairs.length === 0 ? `GET ${path}` : `GET ${path}?${pairs.join('&')}`;
}

const escapeValue = (value: string): string => value.replace(/[%&#+\s]/g, (mark) => encodeURIComponent(mark));
