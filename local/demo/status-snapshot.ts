import { mkdir, writeFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Status } from '../../functions/status/model/status.ts';
import { readNumbers } from '../../functions/status/read/read-numbers.ts';
import { readStatus } from '../../functions/status/read/read-status.ts';
import { openLakeCopy } from '../lake/open-tables.ts';
import type { World } from '../world/world.ts';

/** Where the run leaves its status for `npm run status`. */
export const SNAPSHOT = '.local/status.json';

/**
 * Everything that the status page shows of a world.
 *
 * @param lake a copy of its lake
 * @param name said at the foot of the page
 */
export async function statusOf(
  { cloud, settings, clock }: World,
  lake: string,
  name = 'the last run of npm start',
): Promise<Status> {
  const client = new DynamoDBClient(cloud.clientConfig);
  const s3 = new S3Client(cloud.clientConfig);
  const table = (name: string): string => cloud.nameOf('AWS::DynamoDB::GlobalTable', name);
  const status = await readStatus(
    {
      documents: DynamoDBDocumentClient.from(client),
      s3,
      tables: { reports: table('Reports'), prices: table('Prices'), keys: table('Keys') },
      bucket: cloud.nameOf('AWS::S3::Bucket', 'Lake'),
      settings,
      clock,
      name,
    },
    { view: 'overview' },
    { allDetails: true },
  );
  const numbers = await readNumbers(await openLakeCopy(lake), status.series);
  client.destroy();
  s3.destroy();
  return { ...status, numbers };
}

/** Keeps a status for later. */
export async function keepStatus(status: Status): Promise<void> {
  await mkdir('.local', { recursive: true });
  await writeFile(SNAPSHOT, JSON.stringify(status));
}
