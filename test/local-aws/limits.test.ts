import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createEventPublisher } from '../../functions/events/event-publisher.ts';
import { createSnsNotifier } from '../../functions/platform/aws/sns-notifier.ts';
import { type Gateway, startGateway } from '../../local/aws/gateway/gateway.ts';
import { createFunctionLog } from '../../local/aws/runtime/function-log.ts';
import { deployedFunctions } from '../../local/aws/runtime/functions.ts';
import { createLambdaService } from '../../local/aws/runtime/lambda-service.ts';
import { createRuntime, type Runtime } from '../../local/aws/runtime/runtime.ts';
import { type Emulators, startEmulators } from '../../local/aws/services/emulators.ts';
import { createEventBridge, type EventBridge } from '../../local/aws/services/event-bridge.ts';
import { createS3 } from '../../local/aws/services/s3.ts';
import { createSecretsManager } from '../../local/aws/services/secrets-manager.ts';
import { createSqs } from '../../local/aws/services/sqs.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';

const BUS = 'bus';
const KB = 1024;
const clock = createSimulatedClock(Date.parse('2026-11-24T17:00:00Z'));
let gateway: Gateway;
let emulators: Emulators;
let runtime: Runtime;
let events: EventBridge;
let clients: ReturnType<typeof clientsAt>;

const clientsAt = (endpoint: string) => {
  const config = {
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  return {
    s3: new S3Client(config),
    sqs: new SQSClient(config),
    sns: new SNSClient(config),
    dynamodb: new DynamoDBClient(config),
    secrets: new SecretsManagerClient(config),
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
  };
};

before(async () => {
  gateway = await startGateway(clock);
  emulators = await startEmulators(undefined);
  events = createEventBridge(clock, () => undefined);
  events.addBus(BUS);
  gateway.serve('s3', createS3(emulators.messages));
  gateway.serve('sqs', createSqs(emulators.messages, gateway.endpoint));
  gateway.serve('sns', emulators.messages);
  gateway.serve('dynamodb', emulators.tables);
  gateway.serve('secretsmanager', createSecretsManager(clock).backend);
  gateway.serve('events', events.backend);
  runtime = createRuntime({
    endpoint: gateway.endpoint,
    clock: clock.shared,
    log: createFunctionLog(clock),
    variables: {},
  });
  const code = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(
    join(code, 'index.mjs'),
    'export const handler = async ({ answer = 1 }) => "x".repeat(answer);\n',
  );
  gateway.serve(
    'lambda',
    createLambdaService(runtime, [
      {
        id: 'Repeat',
        name: 'Repeat',
        arn: 'arn:Repeat',
        code,
        handler: 'index.handler',
        variables: {},
        timeoutSeconds: 30,
        memoryMegabytes: 128,
        concurrency: 1,
      },
    ]),
  );
  clients = clientsAt(gateway.endpoint);
});
after(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await runtime.close();
  await emulators.close();
  await gateway.close();
});

/** The name by which the SDK knows the refusal; `undefined` when the call was accepted. */
const refusalOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error) => error.name,
  );

describe('SQS refuses', () => {
  let QueueUrl: string | undefined;
  before(async () => {
    ({ QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'q' })));
  });
  const entries = (count: number, body = 'x') =>
    Array.from({ length: count }, (_, index) => ({ Id: String(index), MessageBody: body }));

  it('a message over 1 MiB', async () => {
    const send = (bytes: number) =>
      refusalOf(clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(bytes) })));
    assert.equal(await send(1024 * KB), undefined);
    assert.match(String(await send(1024 * KB + 1)), /InvalidParameterValue$/);
  });

  it('a batch of eleven, of none, with an id twice, or over 1 MiB in all', async () => {
    const send = (Entries: { Id: string; MessageBody: string }[]) =>
      refusalOf(clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    assert.equal(await send(entries(10)), undefined);
    assert.equal(await send(entries(11)), 'TooManyEntriesInBatchRequest');
    assert.equal(await send([]), 'EmptyBatchRequest');
    assert.equal(await send([...entries(1), ...entries(1)]), 'BatchEntryIdsNotDistinct');
    assert.equal(await send(entries(10, 'x'.repeat(110 * KB))), 'BatchRequestTooLong');
  });

  it('to hand out eleven at once', async () => {
    const take = (MaxNumberOfMessages: number) =>
      refusalOf(clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages })));
    assert.equal(await take(10), undefined);
    assert.notEqual(await take(11), undefined);
  });
});

describe('SNS refuses', () => {
  let TopicArn: string | undefined;
  before(async () => {
    ({ TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: 't' })));
  });

  it('a message over 256 KB, and a subject of 100 characters, of two lines, or that is not ASCII', async () => {
    const publish = (Message: string, Subject?: string) =>
      refusalOf(clients.sns.send(new PublishCommand({ TopicArn, Message, Subject })));
    assert.equal(await publish('x'.repeat(256 * KB), 'x'.repeat(99)), undefined);
    assert.notEqual(await publish('x'.repeat(256 * KB + 1)), undefined);
    for (const subject of ['x'.repeat(100), 'two\nlines', 'Preis geändert'])
      assert.notEqual(await publish('x', subject), undefined, subject);
  });

  it('nothing of a notification of any length: it is cut, and says so', async () => {
    let sent = '';
    clients.sns.middlewareStack.add(
      (next) => (args) => {
        if ('Message' in args.input) sent = String(args.input.Message);
        return next(args);
      },
      { step: 'initialize', name: 'seen' },
    );
    const send = createSnsNotifier(clients.sns, TopicArn ?? '');
    const long = '"prices"\n'.repeat(100_000);
    await send({
      id: 'n',
      subject: 'Long',
      text: long,
      chat: { title: 'Long', description: long, nextSteps: [] },
      facts: { territories: Array.from({ length: 20_000 }, (_, index) => `territory "${index}"`) },
    });
    clients.sns.middlewareStack.remove('seen');
    const { email, https, sqs }: Record<string, string> = JSON.parse(sent);
    for (const text of [email, https]) assert.match(text ?? '', /\(Shortened: \d+ of 900000 characters/);
    assert.match(sqs ?? '', /of 20000 entries; the rest does not fit/);
  });
});

describe('EventBridge refuses', () => {
  const put = (...details: unknown[]) =>
    clients.events.send(
      new PutEventsCommand({
        Entries: details.map((detail) => ({
          EventBusName: BUS,
          Source: 's',
          DetailType: 't',
          Detail: JSON.stringify(detail),
        })),
      }),
    );

  it('eleven entries, and more than 256 KB in all', async () => {
    const one = { text: 'x'.repeat(30 * KB) };
    assert.equal(await refusalOf(put(...Array(8).fill(one))), undefined);
    assert.equal(await refusalOf(put(...Array(9).fill(one))), 'ValidationException');
    assert.equal(await refusalOf(put(...Array(11).fill({}))), 'ValidationException');
  });

  it('nothing that our publisher sends: large events are shortened, many go in several calls', async () => {
    const publish = createEventPublisher(clients.events, BUS);
    const detailType = 'Price Change Failed' as const;
    const territories = Array.from({ length: 40_000 }, (_, index) => `Territory ${index}`);
    const before = events.events().length;
    await publish([
      { detailType, detail: { id: 'large', team: 'acme', tookEffect: territories } },
      ...Array.from({ length: 12 }, (_, index) => ({
        detailType,
        detail: { id: `next-${index}`, note: 'x'.repeat(100 * KB) },
      })),
    ]);
    const [large, ...others] = events
      .events()
      .slice(before)
      .map(({ detail }) => detail);
    assert.equal(others.length, 12, 'those behind it are published');
    assert.equal(large?.['team'], 'acme');
    const kept = large?.['tookEffect'];
    assert.ok(Array.isArray(kept) && kept.length > 1_000 && kept[0] === 'Territory 0');
    assert.deepEqual(large?.['shortened'], [
      `tookEffect: ${kept.length} of 40000 entries; the rest does not fit`,
    ]);
    assert.ok(others.every((detail) => detail['shortened'] === undefined));
  });
});

describe('DynamoDB refuses', () => {
  const TableName = 'limited';
  before(async () => {
    await clients.dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
  });
  const keys = (count: number) => Array.from({ length: count }, (_, index) => ({ pk: { S: `k${index}` } }));

  it('an item over 400 KB', async () => {
    const put = (bytes: number) =>
      refusalOf(
        clients.dynamodb.send(
          new PutItemCommand({ TableName, Item: { pk: { S: 'k' }, text: { S: 'x'.repeat(bytes) } } }),
        ),
      );
    assert.equal(await put(399 * KB), undefined);
    assert.equal(await put(400 * KB), 'ValidationException');
  });

  it('to read 101 items or to write 26 in one call', async () => {
    const read = (count: number) =>
      refusalOf(
        clients.dynamodb.send(
          new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys(count) } } }),
        ),
      );
    const write = (count: number) =>
      refusalOf(
        clients.dynamodb.send(
          new BatchWriteItemCommand({
            RequestItems: { [TableName]: keys(count).map((Item) => ({ PutRequest: { Item } })) },
          }),
        ),
      );
    assert.equal(await read(100), undefined);
    assert.equal(await read(101), 'ValidationException');
    assert.equal(await write(25), undefined);
    assert.equal(await write(26), 'ValidationException');
  });
});

describe('Secrets Manager refuses', () => {
  it('a value over 64 KB', async () => {
    const create = (Name: string, bytes: number) =>
      refusalOf(clients.secrets.send(new CreateSecretCommand({ Name, SecretString: 'x'.repeat(bytes) })));
    assert.equal(await create('fits', 65_536), undefined);
    assert.equal(await create('large', 65_537), 'ValidationException');
    const put = new PutSecretValueCommand({ SecretId: 'fits', SecretString: 'x'.repeat(65_537) });
    assert.equal(await refusalOf(clients.secrets.send(put)), 'ValidationException');
  });

  it('the 21st staging label on the versions of a secret; moving one stays possible', async () => {
    const SecretId = 'labelled';
    await clients.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: '1' }));
    const second = await clients.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: '2', VersionStages: ['L0'] }),
    );
    const label = (VersionStage: string, from?: string, to = second.VersionId) =>
      refusalOf(
        clients.secrets.send(
          new UpdateSecretVersionStageCommand({
            SecretId,
            VersionStage,
            MoveToVersionId: to,
            RemoveFromVersionId: from,
          }),
        ),
      );
    for (let index = 1; index < 19; index += 1)
      assert.equal(await label(`L${index}`), undefined, `L${index}`);
    assert.equal(await label('L19'), 'LimitExceededException');
    const third = await clients.secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: '3', VersionStages: ['L0'] }),
    );
    assert.equal(await label('L1', second.VersionId, third.VersionId), undefined);
  });
});

describe('Lambda refuses', () => {
  const invoke = (payload: unknown, InvocationType: 'Event' | 'RequestResponse' = 'RequestResponse') =>
    clients.lambda.send(
      new InvokeCommand({
        FunctionName: 'Repeat',
        InvocationType,
        Payload: Buffer.from(JSON.stringify(payload)),
      }),
    );
  const padded = (bytes: number) => ({ padding: 'x'.repeat(bytes - '{"padding":""}'.length) });

  it('a request over 6 MB, or over 1 MB where nobody waits for the answer', async () => {
    assert.equal(await refusalOf(invoke(padded(6 * KB * KB))), undefined);
    assert.equal(await refusalOf(invoke(padded(6 * KB * KB + 1))), 'RequestEntityTooLargeException');
    assert.equal(await refusalOf(invoke(padded(KB * KB), 'Event')), undefined);
    assert.equal(await refusalOf(invoke(padded(KB * KB + 1), 'Event')), 'RequestEntityTooLargeException');
  });

  it('an answer over 6 MB', async () => {
    const { FunctionError, Payload } = await invoke({ answer: 6 * KB * KB });
    assert.equal(FunctionError, 'Unhandled');
    assert.match(Buffer.from(Payload ?? []).toString(), /Function\.ResponseSizeTooLarge/);
  });

  it('an environment over 4 KB', () => {
    const withVariable = (value: string) =>
      deployedFunctions(
        {
          resources: [
            {
              stack: 'jobs',
              ref: 'f',
              logicalId: 'F',
              name: 'f',
              type: 'AWS::Lambda::Function',
              attributes: {},
              properties: {
                Code: { S3Key: 'a.zip' },
                Handler: 'index.handler',
                Timeout: 3,
                Environment: { Variables: { LONG: value } },
              },
            },
          ],
          stacks: [],
          outputs: {},
        },
        'assembly',
      );
    assert.equal(withVariable('x'.repeat(4_000)).length, 1);
    assert.throws(() => withVariable('x'.repeat(4_096)), /environment variables of F: they exceed the 4 KB/);
  });
});

describe('S3 refuses', () => {
  it('a key over 1,024 bytes, and metadata over 2 KB', async () => {
    await clients.s3.send(new CreateBucketCommand({ Bucket: 'limits' }));
    const put = (Key: string, Metadata: Record<string, string> = {}) =>
      refusalOf(clients.s3.send(new PutObjectCommand({ Bucket: 'limits', Key, Body: 'x', Metadata })));
    assert.equal(await put('k'.repeat(1_024)), undefined);
    assert.equal(await put('k'.repeat(1_025)), 'KeyTooLongError');
    assert.equal(await put('k', { note: 'x'.repeat(2_000) }), undefined);
    assert.equal(await put('k', { note: 'x'.repeat(2_048) }), 'MetadataTooLarge');
  });
});
