import type { IncomingMessage } from 'node:http';
import { ACCOUNT } from '../base/account.ts';
import type { GatewayRequest } from '../base/http-message.ts';
import { isObject, type JsonObject, parseObject, textOf } from '../base/json.ts';

const CREDENTIAL = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;

/** Reads a request to its end and says which service, operation and resource it means. */
export async function readRequest(message: IncomingMessage): Promise<GatewayRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return describeRequest(message, Buffer.concat(chunks));
}

/** Says which service, operation and resource a request means. */
export function describeRequest(
  message: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  body: Buffer,
): GatewayRequest {
  const { headers, method = 'GET', url: path = '/' } = message;
  const [, caller = 'anonymous', service = 'unsigned'] = CREDENTIAL.exec(headers.authorization ?? '') ?? [];
  const common = { caller, service, method, path, headers, body };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    return { ...common, operation: target.split('.').pop() ?? target, resource: jsonResource(body) };
  }
  if (service === 's3') return { ...common, ...describeS3(method, path, headers) };
  if (service === 'lambda' && /^\/[\d-]+\/account-settings\/?$/.test(path))
    return { ...common, operation: 'GetAccountSettings', resource: '' };
  if (service === 'lambda') return { ...common, operation: 'Invoke', resource: path.split('/')[3] ?? '' };
  const form = new URLSearchParams(body.toString('utf8'));
  return {
    ...common,
    operation: form.get('Action') ?? 'Unknown',
    resource: form.get('TopicArn') ?? form.get('TargetArn') ?? '',
  };
}

const RESOURCE_FIELDS = ['TableName', 'QueueUrl', 'QueueName', 'SecretId', 'Name'];

function jsonResource(body: Buffer): string {
  const input = parseObject(body.toString('utf8'));
  const batch = input['RequestItems'];
  const named = isObject(batch)
    ? Object.keys(batch)[0]
    : RESOURCE_FIELDS.map((field) => input[field]).find((value) => typeof value === 'string');
  if (typeof named === 'string') return named.split(`/${ACCOUNT}/`).pop() ?? named;
  return moveSource(input).split(':').pop() ?? '';
}

/** The dead-letter queue of a request about a task that moves messages: its ARN stands there, or in the task's handle. */
function moveSource(input: JsonObject): string {
  const handle = Buffer.from(textOf(input, 'TaskHandle') ?? '', 'base64').toString('utf8');
  return textOf(input, 'SourceArn') ?? textOf(parseObject(handle), 'sourceArn') ?? '';
}

function describeS3(method: string, path: string, headers: IncomingMessage['headers']) {
  const url = new URL(path, 'http://s3');
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/');
  const key = decodeURIComponent(rest.join('/'));
  const operation =
    key === ''
      ? bucketOperation(method, bucket, url.searchParams)
      : objectOperation(method, url.searchParams, headers);
  return { operation, resource: key === '' ? bucket : `${bucket}/${key}` };
}

function bucketOperation(method: string, bucket: string, query: URLSearchParams): string {
  if (bucket === '') return 'ListBuckets';
  if (method === 'GET') return query.has('list-type') ? 'ListObjectsV2' : 'ListObjects';
  if (method === 'POST') return 'DeleteObjects';
  return { PUT: 'CreateBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket' }[method] ?? method;
}

function objectOperation(
  method: string,
  query: URLSearchParams,
  headers: IncomingMessage['headers'],
): string {
  if (method === 'POST') return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
  if (method === 'PUT') {
    if (query.has('partNumber')) return 'UploadPart';
    return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
  }
  if (method === 'DELETE') return query.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject';
  return { GET: 'GetObject', HEAD: 'HeadObject' }[method] ?? method;
}
