import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { LocalClientConfig } from './base/account.ts';
import type { EventBridge } from './services/event-bridge.ts';
import type { ResolvedResource } from './template/resolved-stack.ts';

const attribute = z.enum(['S', 'N', 'B']);
const keyType = z.enum(['HASH', 'RANGE']);
const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: keyType }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({ ProjectionType: z.literal('ALL') }),
});
const tableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: attribute })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
});
const queueProperties = z.object({
  FifoQueue: z.boolean().optional(),
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
});

/** Creates what functions find when they start: tables, buckets, queues, topics and buses. */
export async function createResources(
  resources: readonly ResolvedResource[],
  config: LocalClientConfig,
  events: EventBridge,
): Promise<void> {
  const dynamodb = new DynamoDBClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sqs = new SQSClient(config);
  const sns = new SNSClient(config);
  // Dead-letter queues come first: the others name them.
  const ordered = resources.toSorted(
    (a, b) => Number('RedrivePolicy' in a.properties) - Number('RedrivePolicy' in b.properties),
  );
  for (const { type, name, properties } of ordered) {
    switch (type) {
      case 'AWS::DynamoDB::Table':
      case 'AWS::DynamoDB::GlobalTable':
        await createTable(dynamodb, name, properties);
        break;
      case 'AWS::S3::Bucket':
        await s3.send(new CreateBucketCommand({ Bucket: name }));
        break;
      case 'AWS::SQS::Queue':
        await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: queueAttributes(properties) }));
        break;
      case 'AWS::SNS::Topic':
        await sns.send(new CreateTopicCommand({ Name: name }));
        break;
      case 'AWS::Events::EventBus':
        events.addBus(name);
        break;
      default:
        break;
    }
  }
  for (const client of [dynamodb, s3, sqs, sns]) client.destroy();
}

async function createTable(dynamodb: DynamoDBClient, name: string, properties: unknown): Promise<void> {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = tableProperties.parse(properties);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions,
      KeySchema,
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 10, minDelay: 1, maxDelay: 1 },
    { TableName: name },
  );
}

function queueAttributes(properties: unknown): Record<string, string> {
  const { RedrivePolicy, ...plain } = queueProperties.parse(properties);
  const attributes = Object.entries(plain).map(([name, value]) => [name, String(value)]);
  return {
    ...Object.fromEntries(attributes),
    ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
  };
}
