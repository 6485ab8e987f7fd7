import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { type EventDetail, publishedEvents } from '../../../../functions/events/contract.ts';
import { DAY_MILLIS } from '../../../../functions/platform/util/time.ts';
import { startWorld } from '../../../../local/world/world.ts';
import { priceSettings, TEN } from '../prices.ts';

const resultSchema = z.object({
  watched: z.array(
    z.object({
      team: z.string(),
      day: z.string(),
      result: z.string(),
      products: z.number(),
      reason: z.string().optional(),
    }),
  ),
});

const amounts = z.object({ price: z.string().nullable(), proceeds: z.string().nullable() }).nullable();
/** What the command prints of days on which Apple moved something. */
export const movedDaysSchema = z.array(
  z.object({
    day: z.string(),
    since: z.string(),
    storefronts: z.array(z.looseObject({ kind: z.string(), territory: z.string() })),
    moves: z.array(
      z.object({
        kind: z.string(),
        territory: z.string(),
        product: z.object({ name: z.string().optional(), plan: z.string().optional() }),
        before: amounts,
        after: amounts,
        changePercent: z.string().optional(),
      }),
    ),
  }),
);

/** A team whose prices are watched, and what its mornings tell. */
export async function startPriceWatch() {
  const world = await startWorld({
    now: TEN,
    settings: priceSettings({ watch: 'all', maxDecreasePercent: 90 }),
  });
  const { prices } = world.simulator;
  prices.addApp({ team: 'acme', id: '9', name: 'Tide', prices: { USA: '4.99' } });
  prices.addSubscription({
    team: 'acme',
    id: '6448311069',
    name: 'Pro, yearly',
    app: '9',
    prices: { USA: '49.99' },
    territories: 'all',
    monthlyPrices: { USA: '4.99', FRA: '4.99' },
  });
  prices.addInAppPurchase({
    team: 'acme',
    id: '31',
    app: '9',
    name: 'Coins 100',
    prices: { USA: '9.99', GBR: '8.99' },
  });

  const watch = async () => {
    const result = await world.cloud.invoke('ReconcilePrices', { watch: true });
    await world.cloud.drain();
    const [watched] = resultSchema.parse(result).watched;
    assert.ok(watched);
    return watched;
  };
  const events = (): EventDetail<'Apple Changed Prices'>[] =>
    world.cloud
      .events()
      .filter((event) => event['detail-type'] === 'Apple Changed Prices')
      .map(({ detail }) => publishedEvents['Apple Changed Prices'].parse(detail));
  const nextDay = () => world.pass(DAY_MILLIS);
  /** The changes that a day told, `undefined` where it told nothing. */
  const told = async () => {
    const known = events().length;
    const { result } = await watch();
    const [event, more] = events().slice(known);
    assert.equal(more, undefined);
    return { result, event, changes: event?.changes.map(({ kind, territory }) => `${kind} ${territory}`) };
  };
  const table = async (day: string) => {
    const s3 = new S3Client(world.cloud.clientConfig);
    const { Body } = await s3.send(
      new GetObjectCommand({
        Bucket: world.cloud.outputs['LakeBucketName'] ?? '',
        Key: `tables/price_list_daily/team=acme/report_date=${day}/data.parquet`,
      }),
    );
    s3.destroy();
    const path = join(mkdtempSync(join(tmpdir(), 'price-list-')), 'data.parquet');
    writeFileSync(path, (await Body?.transformToByteArray()) ?? new Uint8Array());
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    return async (sql: string) =>
      (await connection.runAndReadAll(sql.replace('prices', `read_parquet('${path}')`))).getRowObjectsJson();
  };

  return { world, watch, events, nextDay, told, table };
}
