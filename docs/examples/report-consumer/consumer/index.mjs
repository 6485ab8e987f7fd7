// The AWS SDK is part of Lambda's runtime.
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CopyObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createConsumer } from './consume.mjs';

const dynamodb = new DynamoDBClient({});
const s3 = new S3Client({});
const { LAKE_BUCKET, WAREHOUSE_BUCKET, LOADED_EVENTS_TABLE } = process.env;
/** A repeat comes within days. */
const KEPT_SECONDS = 30 * 24 * 3600;

export const handler = createConsumer({
  isLoaded: async (id) => {
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: LOADED_EVENTS_TABLE, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return Item !== undefined;
  },
  noteLoaded: async (id) => {
    const expiresAt = String(Math.floor(Date.now() / 1000) + KEPT_SECONDS);
    await dynamodb.send(
      new PutItemCommand({
        TableName: LOADED_EVENTS_TABLE,
        Item: { id: { S: id }, expiresAt: { N: expiresAt } },
      }),
    );
  },
  // Your own load goes here: a COPY into a warehouse, for example. It has to replace the partition, not to add to it.
  replacePartition: async ({ tableKey, team, vendor, reportDate }) => {
    await s3.send(
      new CopyObjectCommand({
        Bucket: WAREHOUSE_BUCKET,
        Key: `sales/team=${team}/vendor=${vendor}/${reportDate}.parquet`,
        CopySource: `${LAKE_BUCKET}/${tableKey}`,
      }),
    );
  },
});
