import type { GatewayRequest } from '../base/http-message.ts';

/**
 * Undoes the aws-chunked encoding that clients use for streamed uploads, so that what is stored is exactly
 * what the caller sent. Trailing checksums become ordinary headers.
 *
 * @returns the plain request; `undefined` when the body is shorter or longer than it claims to be
 */
export function withoutAwsChunks(request: GatewayRequest): GatewayRequest | undefined {
  const encodings = String(request.headers['content-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const streamed = String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  if (!streamed && !encodings.includes('aws-chunked')) return request;
  const decoded = decodeChunks(request.body);
  const claimed = request.headers['x-amz-decoded-content-length'];
  if (decoded === undefined || (claimed !== undefined && Number(claimed) !== decoded.body.length)) {
    return undefined;
  }
  const {
    'content-encoding': _encoding,
    'x-amz-trailer': _trailer,
    'x-amz-decoded-content-length': _length,
    ...headers
  } = request.headers;
  const kept = encodings.filter((part) => part !== 'aws-chunked').join(',');
  return {
    ...request,
    headers: { ...headers, ...decoded.trailers, ...(kept === '' ? {} : { 'content-encoding': kept }) },
    body: decoded.body,
  };
}

function decodeChunks(wire: Buffer): { body: Buffer; trailers: Record<string, string> } | undefined {
  const chunks: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = wire.indexOf('\r\n', offset);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(wire.subarray(offset, lineEnd).toString('latin1'), 16);
    const start = lineEnd + 2;
    if (!(size >= 0) || start + size > wire.length) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), trailers: parseTrailers(wire.subarray(start)) };
    chunks.push(wire.subarray(start, start + size));
    offset = start + size + 2;
  }
}

const parseTrailers = (wire: Buffer): Record<string, string> =>
  Object.fromEntries(
    wire
      .toString('latin1')
      .split('\r\n')
      .flatMap((line) => {
        const [name = '', ...value] = line.split(':');
        return value.length === 0 ? [] : [[name.trim().toLowerCase(), value.join(':').trim()]];
      }),
  );
