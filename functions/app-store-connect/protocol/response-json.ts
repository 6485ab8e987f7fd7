import { AppStoreConnectError } from './errors.ts';

/** A page of 8000 price points has a few megabytes; whatever is far larger is not held. */
const LARGEST_BYTES = 64 * 1024 * 1024;

/** Reads no more of an answer's body than so many bytes; the rest of it is not fetched. */
export async function readAtMost(answer: Response, bytes: number): Promise<{ text: string; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > bytes) break;
  }
  return { text: Buffer.concat(chunks).subarray(0, bytes).toString('utf8'), whole: length <= bytes };
}

/**
 * The JSON of a successful answer. A proxy's page under 200, half a document or one without end is told by name.
 *
 * @throws AppStoreConnectError `UNEXPECTED_ANSWER`
 */
export async function readResponseJson(answer: Response): Promise<unknown> {
  const { text, whole } = await readAtMost(answer, LARGEST_BYTES);
  if (text === '' && answer.status !== 200) return undefined;
  if (!whole) throw unexpected(answer, `has more than ${LARGEST_BYTES} bytes`);
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw unexpected(answer, 'is not JSON');
  }
}

const unexpected = ({ status, headers }: Response, why: string): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'UNEXPECTED_ANSWER',
    status,
    message: `JSON was expected, but the answer (${status}, ${headers.get('content-type')?.slice(0, 80) ?? 'no content type'}) ${why}`,
  });
