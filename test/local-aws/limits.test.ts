import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { deployedFunctions } from '../../local/aws/runtime/functions.ts';

import { refusalOf, startLimitedServices } from './limited-services.ts';

const KB = 1024;
const services = await startLimitedServices();
const { clients } = services;
after(() => services.close());

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
