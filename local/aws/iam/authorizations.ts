import { ACCOUNT, queueArn, REGION } from '../base/account.ts';
import type { GatewayRequest } from '../base/http-message.ts';
import { isObject, type JsonObject, parseObject, textOf } from '../base/json.ts';
import { functionArn } from '../template/resource-types.ts';

/** One question to IAM: may the caller do this to that? `context` holds the condition keys of the request. */
export type Authorization = {
  action: string;
  resource: string;
  context: Record<string, string | string[]>;
};

export type SecretArnOf = (secretId: string) => string | undefined;

/**
 * The questions that AWS asks IAM before it answers a request. Source: "Actions, resources, and condition keys for AWS
 * services" in the Service Authorization Reference.
 */
export function authorizationsOf(request: GatewayRequest, secretArnOf: SecretArnOf): Authorization[] {
  switch (request.service) {
    case 'dynamodb':
      return ofDynamoDb(request);
    case 's3':
      return ofS3(request);
    case 'sqs':
      return ofSqs(request);
    case 'sns':
      return [{ action: `sns:${single(request.operation)}`, resource: request.resource, context: {} }];
    case 'secretsmanager':
      return [
        {
          action: `secretsmanager:${request.operation}`,
          // IAM looks at a full ARN; of a secret that does not exist only the bare name is known.
          resource:
            secretArnOf(request.resource) ??
            `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${request.resource}`,
          context: {},
        },
      ];
    case 'cloudformation':
      return [{ action: `cloudformation:${request.operation}`, resource: stackOf(request), context: {} }];
    case 'glue':
      return ofGlue(request);
    case 'events':
      return ofEvents(request);
    case 'lambda':
      if (request.operation !== 'Invoke')
        return [{ action: `lambda:${request.operation}`, resource: '*', context: {} }];
      return [
        {
          action: 'lambda:InvokeFunction',
          resource: functionArn(decodeURIComponent(request.resource)),
          context: {},
        },
      ];
    default:
      return [{ action: `${request.service}:${request.operation}`, resource: '*', context: {} }];
  }
}

/** One stack, or where none is named all of them: that needs the right on everything. */
function stackOf({ body }: GatewayRequest): string {
  const name = new URLSearchParams(body.toString('utf8')).get('StackName');
  return name === null ? '*' : `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/id`;
}

/** Batches are authorized as their single operation. */
const single = (operation: string): string => operation.replace(/Batch$/, '');

/** Who moves dead letters must also be allowed to take them out, and to put them where they are sent. */
function ofSqs({ operation, resource, body }: GatewayRequest): Authorization[] {
  const asked = (action: string, arn: string): Authorization => ({
    action: `sqs:${action}`,
    resource: arn,
    context: {},
  });
  const own = asked(single(operation), queueArn(resource));
  if (operation !== 'StartMessageMoveTask') return [own];
  const destination = textOf(parseObject(body.toString('utf8')), 'DestinationArn');
  return [
    own,
    ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => asked(action, own.resource)),
    ...(destination === undefined ? [] : [asked('SendMessage', destination)]),
  ];
}

/** A condition key without a value is absent from the request. */
const keyOf = (name: string, values: string[]): Record<string, string[]> =>
  values.length === 0 ? {} : { [name]: values };

const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;

function ofDynamoDb({ operation, resource, body }: GatewayRequest): Authorization[] {
  const action = `dynamodb:${operation}`;
  const input = parseObject(body.toString('utf8'));
  const batch = input['RequestItems'];
  if (isObject(batch))
    return Object.keys(batch).map((name) => ({ action, resource: tableArn(name), context: {} }));
  const index = textOf(input, 'IndexName');
  const table = tableArn(resource);
  return [{ action, resource: index === undefined ? table : `${table}/index/${index}`, context: {} }];
}

/** Glue asks for the catalogue, the database and the table. */
function ofGlue({ operation, body }: GatewayRequest): Authorization[] {
  const input = parseObject(body.toString('utf8'));
  const database = textOf(input, 'DatabaseName') ?? '';
  const table = isObject(input['TableInput']) ? textOf(input['TableInput'], 'Name') : textOf(input, 'Name');
  return ['catalog', `database/${database}`, `table/${database}/${table ?? ''}`].map((resource) => ({
    action: `glue:${operation}`,
    resource: `arn:aws:glue:${REGION}:${ACCOUNT}:${resource}`,
    context: {},
  }));
}

const SECURE = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

function ofS3({ operation, resource, path, headers }: GatewayRequest): Authorization[] {
  const arn = `arn:aws:s3:::${resource}`;
  const query = new URL(path, 'http://s3').searchParams;
  const writing = (isCreation: boolean): Authorization => {
    const condition = headers['if-none-match'];
    return {
      action: 's3:PutObject',
      resource: arn,
      context: {
        ...SECURE,
        's3:ObjectCreationOperation': String(isCreation),
        ...(condition !== undefined && { 's3:if-none-match': condition }),
      },
    };
  };
  switch (operation) {
    case 'PutObject':
    case 'CompleteMultipartUpload':
      // A write that depends on the present object has to be allowed to look at it.
      return headers['if-match'] === undefined
        ? [writing(true)]
        : [writing(true), { action: 's3:GetObject', resource: arn, context: SECURE }];
    case 'CreateMultipartUpload':
    case 'UploadPart':
      return [writing(false)];
    case 'GetObject':
    case 'HeadObject':
      return [
        {
          action: query.has('versionId') ? 's3:GetObjectVersion' : 's3:GetObject',
          resource: arn,
          context: SECURE,
        },
      ];
    case 'ListObjectsV2':
    case 'ListObjects':
    case 'HeadBucket': {
      const prefix = query.get('prefix');
      return [
        {
          action: 's3:ListBucket',
          resource: arn,
          context: { ...SECURE, ...(prefix !== null && { 's3:prefix': prefix }) },
        },
      ];
    }
    default:
      return [{ action: `s3:${operation}`, resource: arn, context: SECURE }];
  }
}

/** What S3 asks when an object is absent: whoever may not list the bucket is told 403 rather than 404. */
export const listingOf = ({ resource }: GatewayRequest): Authorization => ({
  action: 's3:ListBucket',
  resource: `arn:aws:s3:::${resource.split('/')[0] ?? ''}`,
  context: SECURE,
});

function ofEvents({ operation, body }: GatewayRequest): Authorization[] {
  const { Entries = [] } = parseObject(body.toString('utf8'));
  const entries: JsonObject[] = (Array.isArray(Entries) ? Entries : []).filter(isObject);
  const buses = new Set(entries.map((entry) => textOf(entry, 'EventBusName') ?? 'default'));
  const valuesOf = (name: string) => [...new Set(entries.flatMap((entry) => textOf(entry, name) ?? []))];
  return [...buses].map((bus) => ({
    action: `events:${operation}`,
    resource: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${bus.split('/').at(-1) ?? bus}`,
    context: {
      ...keyOf('events:source', valuesOf('Source')),
      ...keyOf('events:detail-type', valuesOf('DetailType')),
    },
  }));
}
