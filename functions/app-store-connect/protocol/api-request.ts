/** A read of Apple's API. `path` starts with `/v1/…`; query values are plain, not yet percent-encoded. */
export type ApiRead = {
  path: string;
  query?: Readonly<Record<string, string>>;
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
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
