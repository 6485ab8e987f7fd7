import { type Backend, type GatewayRequest, type GatewayResponse, s3Error } from '../base/http-message.ts';
import { withoutAwsChunks } from '../gateway/aws-chunked.ts';
import { createKeyMutex } from './key-mutex.ts';
import { putInParts } from './s3-large-objects.ts';

const WRITES = new Set(['PutObject', 'CopyObject', 'CompleteMultipartUpload', 'DeleteObject']);

/** Puts an object whose conditions hold. */
type PutObject = (request: GatewayRequest, emulator: Backend) => Promise<GatewayResponse>;

/**
 * S3 as its clients know it, in front of an emulator that ignores the conditions of a write: conditional
 * writes (`If-None-Match: *`, `If-Match`), exact bytes of streamed uploads, objects of any size.
 *
 * Writes to one key are taken one after another, so exactly one of many racing creators wins.
 *
 * @param put how a checked object reaches the emulator
 */
export function createS3(emulator: Backend, put: PutObject = putInParts): Backend {
  const oneByOne = createKeyMutex();
  return (request) => {
    if (!WRITES.has(request.operation)) return emulator(request);
    return oneByOne(request.resource, async () => (await refuseWrite(request, emulator)) ?? write(request));
  };

  async function write(request: GatewayRequest): Promise<GatewayResponse> {
    if (request.operation !== 'PutObject') return emulator(request);
    const plain = withoutAwsChunks(request);
    if (plain === undefined) {
      return s3Error(400, 'IncompleteBody', 'The request body terminated unexpectedly');
    }
    const { 'if-none-match': _none, 'if-match': _match, ...headers } = plain.headers;
    const typed = { 'content-type': 'application/octet-stream', ...headers };
    return put({ ...plain, headers: typed }, emulator);
  }
}

/** The refusal of a write whose condition does not hold; `undefined` when it may go on. */
async function refuseWrite(request: GatewayRequest, emulator: Backend): Promise<GatewayResponse | undefined> {
  const { 'if-none-match': ifNoneMatch, 'if-match': ifMatch } = request.headers;
  if (ifNoneMatch === undefined && ifMatch === undefined) return undefined;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    return s3Error(501, 'NotImplemented', 'A write takes no other If-None-Match than *');
  }
  const etag = await currentEtag(request, emulator);
  if (ifNoneMatch !== undefined && etag !== undefined) return preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return undefined;
  if (etag === undefined) return s3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  return ifMatch === '*' || unquoted(ifMatch) === unquoted(etag) ? undefined : preconditionFailed('If-Match');
}

async function currentEtag(request: GatewayRequest, emulator: Backend): Promise<string | undefined> {
  const [path = request.path] = request.path.split('?');
  const head = {
    ...request,
    method: 'HEAD',
    operation: 'HeadObject',
    path,
    headers: {},
    body: Buffer.alloc(0),
  };
  const { status, headers } = await emulator(head);
  return status === 200 ? String(headers['etag']) : undefined;
}

const unquoted = (etag: string): string => etag.replaceAll('"', '');

const preconditionFailed = (condition: string): GatewayResponse => {
  const refused = s3Error(
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
  );
  const body = refused.body
    .toString('utf8')
    .replace('</Error>', `<Condition>${condition}</Condition></Error>`);
  return { ...refused, body: Buffer.from(body) };
};
