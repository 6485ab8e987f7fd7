/**
 * A read of Apple's API. `path` starts with `/v1/…`; query values are plain, not yet percent-encoded. A parameter that
 * is repeated has a list of values.
 */
export type ApiRead = {
  path: string;
  query?: Readonly<Record<string, string | readonly string[]>>;
};

/** A write to Apple's API; `body` is a JSON:API document. */
export type ApiWrite = {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
};

/** The absolute URL of a request. */
export function requestUrl(baseUrl: string, { path, query = {} }: ApiRead): URL {
  const url = new URL(path, baseUrl);
  for (const [name, value] of queryPairs(query)) url.searchParams.append(name, value);
  return url;
}

/** Each name and value, repeated parameters one by one. */
export const queryPairs = (query: NonNullable<ApiRead['query']>): [name: string, value: string][] =>
  Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );

/** The query of a URL; a parameter that is repeated keeps all its values. */
export function queryOf({ searchParams }: URL): NonNullable<ApiRead['query']> {
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = searchParams.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
