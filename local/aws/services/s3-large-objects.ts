import type { Backend, GatewayRequest, GatewayResponse } from '../base/http-message.ts';

/** The emulator takes bodies up to 11 MiB; parts stay below that and above S3's least part size. */
const PART_BYTES = 8 * 1024 * 1024;

/** Puts an object; one that is too large for the emulator goes in parts, which the caller does not see. */
export async function putInParts(request: GatewayRequest, emulator: Backend): Promise<GatewayResponse> {
  if (request.body.length <= PART_BYTES) return emulator(request);
  const [path = ''] = request.path.split('?');
  const describing = Object.entries(request.headers).filter(
    ([name]) => name.startsWith('x-amz-meta-') || name.startsWith('content-') || name === 'cache-control',
  );
  const started = await emulator({
    ...request,
    method: 'POST',
    path: `${path}?uploads`,
    headers: Object.fromEntries(describing),
    body: Buffer.alloc(0),
  });
  if (started.status !== 200) return started;
  const upload = encodeURIComponent(tag(started.body, 'UploadId'));
  const parts: string[] = [];
  for (let offset = 0; offset < request.body.length; offset += PART_BYTES) {
    const number = parts.length + 1;
    const part = await emulator({
      ...request,
      path: `${path}?partNumber=${number}&uploadId=${upload}`,
      headers: { 'content-type': 'application/octet-stream' },
      body: request.body.subarray(offset, offset + PART_BYTES),
    });
    if (part.status !== 200) return part;
    parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${String(part.headers['etag'])}</ETag></Part>`);
  }
  const done = await emulator({
    ...request,
    method: 'POST',
    path: `${path}?uploadId=${upload}`,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`),
  });
  if (done.status !== 200) return done;
  return { status: 200, headers: { etag: tag(done.body, 'ETag') }, body: Buffer.alloc(0) };
}

const tag = (xml: Buffer, name: string): string =>
  (new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml.toString('utf8'))?.[1] ?? '').replaceAll('&quot;', '"');
