/** A whole HTTP response, before it goes out. Header names are lower case. */
export type RouteResponse = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
};
