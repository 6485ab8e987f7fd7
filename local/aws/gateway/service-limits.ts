import {
  type GatewayRequest,
  type GatewayResponse,
  jsonResponse,
  objectOf,
  queryErrorResponse,
  s3Error,
} from '../base/http-message.ts';
import { type JsonObject, parseObject, textOf } from '../base/json.ts';

// Sizes that AWS refuses and the emulators behind the gateway let through. What the emulators refuse by themselves
// (SQS, DynamoDB, SNS) is held by test/local-aws/limits.test.ts, too.

const KEY_BYTES = 1024;
const METADATA_BYTES = 2 * 1024;
const SYNC_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** 256 KB until October 2025. */
const ASYNC_PAYLOAD_BYTES = 1024 * 1024;
const SECRET_BYTES = 65_536;
const SUBJECT_CHARACTERS = 100;

/** What the service answers to a request that exceeds a limit of AWS; `undefined` where it exceeds none. */
export function limitRefusal(request: GatewayRequest): GatewayResponse | undefined {
  switch (request.service) {
    case 's3':
      return s3Refusal(request);
    case 'lambda':
      return payloadRefusal(request);
    case 'secretsmanager':
      return secretRefusal(parseObject(request.body.toString('utf8')));
    case 'sns':
      return subjectRefusal(request);
    default:
      return undefined;
  }
}

/** Source: "Object key naming guidelines" and "Working with object metadata", Amazon S3 User Guide. */
function s3Refusal({ operation, resource, headers }: GatewayRequest): GatewayResponse | undefined {
  if (!['PutObject', 'CreateMultipartUpload', 'CopyObject'].includes(operation)) return undefined;
  if (Buffer.byteLength(objectOf(resource).key) > KEY_BYTES)
    return s3Error(400, 'KeyTooLongError', 'Your key is too long');
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-amz-meta-'))
    .reduce(
      (sum, [name, value]) => sum + name.length - 'x-amz-meta-'.length + Buffer.byteLength(String(value)),
      0,
    );
  if (metadata <= METADATA_BYTES) return undefined;
  return s3Error(400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size.');
}

/** Source: "Lambda quotas", AWS Lambda Developer Guide. */
function payloadRefusal({ headers, body }: GatewayRequest): GatewayResponse | undefined {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const limit = type === 'Event' ? ASYNC_PAYLOAD_BYTES : SYNC_PAYLOAD_BYTES;
  if (body.length <= limit) return undefined;
  const message = `${body.length} byte payload is too large for the ${String(type)} invocation type (limit ${limit} bytes)`;
  return jsonResponse(
    413,
    { Type: 'User', Message: message },
    { 'x-amzn-errortype': 'RequestEntityTooLargeException' },
  );
}

/** Source: API reference of Secrets Manager, `SecretString`. */
function secretRefusal(input: JsonObject): GatewayResponse | undefined {
  const value = textOf(input, 'SecretString');
  if (value === undefined || Buffer.byteLength(value) <= SECRET_BYTES) return undefined;
  const message = `1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to ${SECRET_BYTES}`;
  return jsonResponse(
    400,
    { __type: 'ValidationException', message, Message: message },
    { 'x-amzn-errortype': 'ValidationException' },
  );
}

/** Source: API reference of SNS, `Publish`: ASCII without line breaks and control characters, under 100 characters. */
function subjectRefusal({ operation, body }: GatewayRequest): GatewayResponse | undefined {
  if (operation !== 'Publish') return undefined;
  const subject = new URLSearchParams(body.toString('utf8')).get('Subject');
  if (subject === null) return undefined;
  if (subject.length < SUBJECT_CHARACTERS && /^[!-~][ -~]*$/.test(subject)) return undefined;
  return queryErrorResponse(400, 'InvalidParameter', 'Invalid parameter: Subject');
}

/** The size of an entry of PutEvents, as EventBridge counts it. Source: "Calculating PutEvents event entry size". */
export function eventEntryBytes(entry: JsonObject): number {
  const texts = [
    ...['Source', 'DetailType', 'Detail'].map((field) => textOf(entry, field) ?? ''),
    ...(Array.isArray(entry['Resources']) ? entry['Resources'].map(String) : []),
  ];
  const time = entry['Time'] === undefined ? 0 : 14;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), time);
}
