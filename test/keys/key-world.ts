import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type KeyStatus, keyStatusSchema } from '../../functions/keys/store/key-status.ts';
import { CANDIDATE, type Rotation, rotationSchema } from '../../functions/keys/store/rotation.ts';
import { type LocalKey, makeKey, secretOf, type World } from '../../local/world/world.ts';

export const DAY = 24 * 3_600_000;
/** The day on which the world's keys are made, at the hour of the daily check (8:40 in California). */
export const FIRST_DAY = Date.parse('2026-09-01T15:40:00Z');
export const SECRET = 'app-store-connect/acme/reports';

export const settingsWith = (more: Record<string, unknown> = {}) => ({
  teams: [
    {
      name: 'acme',
      keys: { reports: SECRET },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 2 }],
    },
  ],
  ...more,
});

/** Which notices were published, as `key#step`, oldest first. */
export const noticesOf = ({ cloud }: World): string[] =>
  cloud.notifications().map(({ attributes }) => attributes['id'] ?? '');

export async function check(world: World): Promise<void> {
  await world.cloud.invoke('CheckKeys');
  await world.cloud.drain();
}

export async function statusOf(world: World, team = 'acme', job = 'reports'): Promise<KeyStatus> {
  return keyStatusSchema.parse(await keyItem(world, `key#${team}#${job}`, 'status'));
}

export async function rotationTo(world: World, keyId: string): Promise<Rotation | undefined> {
  return rotationSchema.safeParse(await keyItem(world, 'key#acme#reports', `rotation#${keyId}`)).data;
}

async function keyItem(world: World, pk: string, sk: string): Promise<unknown> {
  const client = new DynamoDBClient(world.cloud.clientConfig);
  const TableName = world.cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Keys');
  const { Item } = await DynamoDBDocumentClient.from(client).send(
    new GetCommand({ TableName, Key: { pk, sk } }),
  );
  client.destroy();
  return Item;
}

/** Makes a key at Apple and puts it into the secret as the CLI does: under the label CANDIDATE. */
export async function putCandidate(
  world: World,
  keyId: string,
  changes: Partial<LocalKey> & { role?: 'FINANCE' | 'DEVELOPER' } = {},
): Promise<LocalKey> {
  const { role = 'FINANCE', ...differing } = changes;
  const issuerId = world.keys.get('acme')?.issuerId ?? '';
  const key = makeKey(world.simulator, { team: 'acme', issuerId, keyId, role });
  await putVersion(world, secretOf({ ...key, ...differing }, world.clock.now()), [CANDIDATE]);
  return key;
}

export async function putVersion(world: World, value: string, labels: string[]): Promise<void> {
  const secrets = new SecretsManagerClient(world.cloud.clientConfig);
  await secrets.send(
    new PutSecretValueCommand({ SecretId: SECRET, SecretString: value, VersionStages: labels }),
  );
  secrets.destroy();
}

/** Which labels there are: by version, sorted. */
export async function labelsOf(world: World): Promise<Record<string, string[]>> {
  const secrets = new SecretsManagerClient(world.cloud.clientConfig);
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: SECRET }));
  secrets.destroy();
  return Object.fromEntries(
    Object.entries(VersionIdsToStages).map(([id, labels]) => [id, labels.toSorted()]),
  );
}
