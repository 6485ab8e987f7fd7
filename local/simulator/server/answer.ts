/** A whole HTTP answer, before it goes out. Header names are lower case. */
export type Answer = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
};
