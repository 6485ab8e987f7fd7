import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type AppItem, appItemSchema } from '../../../functions/reports/analytics/store/app-ledger-item.ts';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { startWorld, type World, type WorldOptions } from '../../../local/world/world.ts';
import { HOUR, MORNING } from './sales.ts';

export const APP = '6448311069';
export const NAME = 'App Downloads Standard';
export const SERIES = `ANALYTICS/COMMERCE/${NAME}/DAILY`;
export const DAY = 24 * HOUR;

/** One team with an app, by whose key requests can be made. `team`: further fields of it. */
export const analyticsWorld = (
  app: Record<string, unknown> = {},
  more: Partial<WorldOptions> = {},
  team: Record<string, unknown> = {},
): Promise<World> =>
  startWorld({
    now: MORNING,
    reportsRole: 'ADMIN',
    settings: {
      teams: [
        {
          name: 'acme',
          keys: { reports: 'app-store-connect/acme/reports' },
          apps: [{ id: APP, analytics: [SERIES], ...app }],
          ...team,
        },
      ],
    },
    ...more,
  });

const HEADER = [
  'Date',
  'App Name',
  'App Apple Identifier',
  'Download Type',
  'App Version',
  'Device',
  'Platform Version',
  'Source Type',
  'Page Type',
  'Pre-Order',
  'Territory',
  'Counts',
];

/** A segment with a row a territory. */
export const downloads = (counts: Record<string, number>, date = '2026-11-24'): string =>
  [
    HEADER,
    ...Object.entries(counts).map(([territory, count]) => [
      ...[date, 'Tide 🌊', APP, 'First-time download', '1.0', 'iPhone', 'iOS 26.1'],
      ...['App Store search', 'Product page', '', territory, String(count)],
    ]),
  ]
    .map((row) => `${row.join('\t')}\n`)
    .join('');

export const instance = (processingDate: string, segments: string[], availableAt = MORNING) => ({
  app: APP,
  category: 'COMMERCE' as const,
  name: NAME,
  granularity: 'DAILY' as const,
  processingDate,
  availableAt,
  segments,
});

/** Two planner runs, two hours apart, as what the first one finds is fetched after the second. */
export async function planTwice({ cloud, pass }: World): Promise<void> {
  for (const hours of [0, 2]) {
    await pass(hours * HOUR);
    await cloud.invoke('PlanReports');
    await cloud.drain();
  }
}

export const itemOf = async ({ cloud }: World, sk: string, report = SERIES) =>
  (await readLedger(cloud)).find((item) => item.pk === `acme/${APP}/${report}` && item.sk === sk);

export async function appItem({ cloud }: World): Promise<AppItem | undefined> {
  const client = new DynamoDBClient(cloud.clientConfig);
  const { Item } = await DynamoDBDocumentClient.from(client).send(
    new GetCommand({
      TableName: cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Reports'),
      Key: { pk: `acme/${APP}/ANALYTICS`, sk: 'requests' },
      ConsistentRead: true,
    }),
  );
  client.destroy();
  return Item === undefined ? undefined : appItemSchema.parse(Item);
}

/** Leaves the item as a worker does that dies once it has written the replacement of a request down. */
export async function leaveRestartUntold({ cloud }: World, stopped: string): Promise<void> {
  const client = new DynamoDBClient(cloud.clientConfig);
  await DynamoDBDocumentClient.from(client).send(
    new UpdateCommand({
      TableName: cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Reports'),
      Key: { pk: `acme/${APP}/ANALYTICS`, sk: 'requests' },
      UpdateExpression: 'SET #requests.#type.#replaces = :stopped',
      ExpressionAttributeNames: { '#requests': 'requests', '#type': 'ONGOING', '#replaces': 'replaces' },
      ExpressionAttributeValues: { ':stopped': stopped },
    }),
  );
  client.destroy();
}

export const posts = ({ simulator }: World) => simulator.requests().filter(({ method }) => method === 'POST');

/** An SQS event with one message about analytics. */
export const analyticsMessage = (body: Record<string, string> = { check: 'analytics' }) => ({
  Records: [{ messageId: 'analytics', body: JSON.stringify({ team: 'acme', app: APP, ...body }) }],
});
