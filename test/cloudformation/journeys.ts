import assert from 'node:assert/strict';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { SimulatedClock } from '../../local/clock/clock.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import { salesTsv } from '../end-to-end/reports/sales.ts';
import type { ClientConfig } from './deploy.ts';

const DAY = 24 * 3_600_000;
export const VENDOR = '85012345';
const SUBSCRIPTION = '6448311069';

/** A deployment, its functions, and Apple. */
export type Deployed = {
  config: ClientConfig;
  simulator: Simulator;
  /** An output of either stack. */
  output: (name: string) => string;
  /** Invokes a function by its id. */
  call: (functionId: string, payload: unknown) => Promise<unknown>;
  /** Carries what lies in a queue (by the name of the output with its URL) to a function. */
  feed: (queueOutput: string, functionId: string) => Promise<number>;
  /** Requests a price change as a company does: by an event on the bus, or where nothing carries events by a call. */
  request: (request: unknown) => Promise<unknown>;
  /** Asks again until it is so. */
  until: (what: string, isSo: () => Promise<boolean>) => Promise<void>;
  /** That of Apple and of the functions. */
  clock: SimulatedClock;
};

/** Planned, queued, fetched, stored, in the ledger. */
export async function oneReport({ config, simulator, clock, output, call, feed }: Deployed): Promise<void> {
  const report = {
    vendor: VENDOR,
    reportType: 'SALES',
    reportSubType: 'SUMMARY',
    frequency: 'DAILY' as const,
    version: '1_0',
  };
  for (let day = 0; day < 6; day += 1) {
    const reportDate = dayFrom(clock.now() - day * DAY);
    simulator.reports.put({ ...report, reportDate, tsv: salesTsv() });
  }
  await call('PlanReports', {});
  assert.ok((await feed('ReportQueueUrl', 'FetchReport')) > 0);
  const keys = await objectsIn(config, output('LakeBucketName'));
  const raw = `raw/team=acme/vendor=${VENDOR}/SALES/SUMMARY/DAILY/`;
  assert.ok(
    keys.some((key) => key.startsWith(raw) && key.endsWith('.tsv.gz')),
    keys.join(),
  );
  const [reportDate = ''] = keys.flatMap(
    (key) => /^tables\/sales_summary_daily\/.*report_date=(.*)\/data\.parquet$/.exec(key)?.[1] ?? [],
  );
  const series = `acme/${VENDOR}/SALES/SUMMARY/DAILY`;
  const item = await itemOf(config, output('ReportsTableName'), { pk: series, sk: reportDate });
  assert.equal(item['state']?.S, 'stored');
}

/** Accepted, queued, applied, proved, in effect at Apple. */
export async function onePriceChange({
  config,
  simulator,
  clock,
  output,
  call,
  feed,
}: Deployed): Promise<void> {
  simulator.prices.addSubscription({
    team: 'acme',
    id: SUBSCRIPTION,
    prices: { USA: '49.99' },
    territories: 'all',
  });
  const request = {
    idempotencyKey: 'sale',
    team: 'acme',
    product: { kind: 'subscription', id: SUBSCRIPTION },
    prices: { USA: '44.99' },
    requestedBy: 'cfo@acme.example',
  };
  const accepted = { status: 'accepted', changeId: 'sale' };
  assert.deepEqual(await call('AcceptPriceChange', request), accepted);
  assert.equal(await feed('PriceQueueUrl', 'ApplyPriceChange'), 1);
  const item = await itemOf(config, output('PricesTableName'), { pk: 'change#acme#sale' });
  assert.equal(item['state']?.S, 'applied', JSON.stringify(item));
  const prices = simulator.prices.effective('subscription', SUBSCRIPTION, dayFrom(clock.now() + 4 * DAY));
  assert.equal(prices.get('USA'), '44.99');
  const audit = await objectsIn(config, output('LakeBucketName'), 'audit/prices/acme/');
  assert.ok(
    audit.some((key) => key.endsWith('999-applied.json')),
    audit.join(),
  );
}

/** Both keys are well, and the ledger says so. */
export async function oneKeyCheck({ config, output, call }: Deployed): Promise<void> {
  await call('CheckKeys', {});
  for (const job of ['reports', 'prices']) {
    const key = { pk: `key#acme#${job}`, sk: 'status' };
    const item = await itemOf(config, output('KeysTableName'), key);
    assert.equal(item['health']?.S, 'well', JSON.stringify(item));
  }
}

const dayFrom = (at: number): string => new Date(at).toISOString().slice(0, 10);

export async function objectsIn(config: ClientConfig, Bucket: string, Prefix = ''): Promise<string[]> {
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  s3.destroy();
  return Contents.map(({ Key = '' }) => Key);
}

export async function itemOf(config: ClientConfig, TableName: string, key: Record<string, string>) {
  const dynamodb = new DynamoDBClient(config);
  const Key = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
  const { Item = {} } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
  dynamodb.destroy();
  return Item;
}
