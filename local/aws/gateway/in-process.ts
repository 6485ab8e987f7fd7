import { Readable } from 'node:stream';
import type { Backend } from '../base/http-message.ts';
import { describeRequest } from './describe-request.ts';

/** The part of the SDK's request that a service needs. */
type SdkRequest = {
  method: string;
  path: string;
  query?: Query;
  headers: Record<string, string>;
  body?: string | Uint8Array | AsyncIterable<Uint8Array> | null;
};
type SdkResponse = { statusCode: number; headers: Record<string, string>; body: Readable };
type RequestHandler = { handle(request: SdkRequest): Promise<{ response: SdkResponse }> };

/**
 * Lets an SDK client talk to a service of ours without any network: nobody else on the machine can reach it.
 *
 * Give it as `requestHandler` of the client, beside any endpoint and any credentials.
 */
export const inProcess = (backend: Backend): RequestHandler => ({
  handle: async ({ method, path, query, headers, body }) => {
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const url = `${path}${queryText(query)}`;
    const answer = await backend(describeRequest({ method, url, headers: lower }, await readBody(body)));
    const flat = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
    );
    return {
      response: {
        statusCode: answer.status,
        headers: { 'content-length': String(answer.body.length), ...flat },
        body: Readable.from(answer.body.length === 0 ? [] : [answer.body]),
      },
    };
  },
});

async function readBody(body: SdkRequest['body']): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

type Query = Record<string, string | string[] | null | undefined>;

function queryText(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const each of [value].flat()) parameters.append(name, each ?? '');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
