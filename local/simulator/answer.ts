/** A whole HTTP answer, before it goes out. Header names are lower case. */
export type Answer = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
};

/** A JSON document, such as a JSON:API one. */
export const jsonAnswer = (status: number, document: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(document)),
});
