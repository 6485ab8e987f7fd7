import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { dayNumber, dayOf } from '../../functions/price-effect/history/day-number.ts';
import { pacificToday } from '../../functions/prices/request/pacific-day.ts';
import { firstDayBefore, storeSales } from '../end-to-end/prices/observe/sales-of-example.ts';
import { APP } from './deployment-keys.ts';
import { type Deployed, itemOf, objectsIn, VENDOR } from './journeys.ts';

const DAY = 24 * 3_600_000;
const EFFECT_PRODUCT = '6448311104';
const FULL_PRICE = '49.99';
const MORE_TERRITORIES = ['DEU', 'FRA', 'GBR', 'JPN'];

/** A subscription that is sold where the example of effects sells. */
function addSubscription({ simulator }: Deployed, id: string): string {
  simulator.prices.addSubscription({
    team: 'acme',
    id,
    prices: { USA: FULL_PRICE },
    territories: MORE_TERRITORIES,
  });
  return id;
}

/** The price that holds in the USA some days from now. */
const priceOf = ({ simulator, clock }: Deployed, id: string): string | undefined =>
  simulator.prices
    .effective('subscription', id, new Date(clock.now() + 4 * DAY).toISOString().slice(0, 10))
    .get('USA');

const stateOf = async ({ config, output }: Deployed, pk: string): Promise<string | undefined> =>
  (await itemOf(config, output('PricesTableName'), { pk }))['state']?.S;

/** Requested by an event where a bus carries it, planned as one, each product in effect, ended as one. */
export async function oneCampaign(deployed: Deployed): Promise<void> {
  const ids = ['6448311101', '6448311102'].map((id) => addSubscription(deployed, id));
  await deployed.request({
    campaign: 'spring',
    team: 'acme',
    requestedBy: 'cfo@acme.example',
    products: ids.map((id) => ({ kind: 'subscription', id })),
    change: { percent: -20, preserveCurrentPrice: false },
  });
  await deployed.until('the campaign is applied', async () => {
    await deployed.feed('PriceQueueUrl', 'ApplyPriceChange');
    await deployed.call('AcceptPriceChange', { sweep: true });
    return (await stateOf(deployed, 'campaign#acme#spring')) === 'applied';
  });
  for (const id of ids) {
    assert.equal(await stateOf(deployed, `change#acme#spring/subscription-${id}`), 'applied');
    assert.equal(priceOf(deployed, id), '39.99');
  }
}

/** A file of desired prices is enforced: by the comparison, or before by the upload of the file. */
export async function oneEnforcedPrice(deployed: Deployed): Promise<void> {
  const id = addSubscription(deployed, '6448311103');
  const s3 = new S3Client({ ...deployed.config, forcePathStyle: true });
  await s3.send(
    new PutObjectCommand({
      Bucket: deployed.output('LakeBucketName'),
      Key: `desired/prices/acme/subscription/${id}.json`,
      Body: JSON.stringify({ prices: { USA: '44.99' } }),
    }),
  );
  s3.destroy();
  await deployed.call('ReconcilePrices', {});
  await deployed.until('the desired price is in effect', async () => {
    await deployed.feed('PriceQueueUrl', 'ApplyPriceChange');
    return priceOf(deployed, id) === '44.99';
  });
}

const watched = z.object({
  watched: z.array(z.object({ result: z.string(), reason: z.string().optional() })).min(1),
});

/** The price list of two days, and what Apple moved by itself in between. */
export async function onePriceList(deployed: Deployed): Promise<void> {
  const { simulator, config, output } = deployed;
  const product = { team: 'acme', id: '31', app: APP, name: 'Coins' };
  simulator.prices.addApp({ team: 'acme', id: APP, name: 'Tide', prices: { USA: '4.99' } });
  simulator.prices.addInAppPurchase({ ...product, prices: { USA: '9.99', MUS: '9.99' } });
  const watch = (wanted: string) =>
    deployed.until(`the prices are ${wanted}`, async () => {
      const result = watched.parse(await deployed.call('ReconcilePrices', { watch: true }));
      return result.watched[0]?.result === wanted;
    });
  await watch('baseline');
  deployed.clock.advance(DAY);
  const undo = simulator.prices.appleDecides('MUS', { taxPercent: 15 });
  await watch('changed');
  undo();
  const keys = await objectsIn(config, output('LakeBucketName'));
  const days = keys.filter((key) => key.startsWith('tables/price_list_daily/team=acme/'));
  assert.equal(days.length, 2, keys.join('\n'));
  assert.ok(keys.some((key) => key.startsWith('audit/apple-moves/')));
}

/** A review: looked for by the planner, fetched, in the table. */
export async function oneReview({ simulator, clock, call, feed, config, output }: Deployed): Promise<void> {
  // The look of today may be over.
  clock.advance(DAY);
  simulator.reviews.put({
    ...{ app: APP, rating: 2, title: 'Slow', reviewerNickname: 'ada' },
    createdAt: clock.now() - 3_600_000,
  });
  await call('PlanReports', {});
  assert.ok((await feed('ReportQueueUrl', 'FetchReport')) > 0);
  const keys = await objectsIn(
    config,
    output('LakeBucketName'),
    `tables/customer_reviews/team=acme/app=${APP}/`,
  );
  assert.ok(keys.length > 0, 'no table of reviews');
}

/** The reference rates since last year, as one table. */
export async function ratesOfTheDay({ call, config, output }: Deployed): Promise<void> {
  await call('FetchExchangeRates', {});
  const keys = await objectsIn(config, output('LakeBucketName'), 'tables/exchange_rates/source=ecb/');
  assert.equal(keys.length, 1, keys.join('\n'));
}

const previewed = z.object({ words: z.string() });

/** A plan that waits for its approval: its event says what an effect would show, as ApplyPriceChange has asked. */
export async function onePreview(deployed: Deployed, nextPlanned: () => Promise<unknown>): Promise<void> {
  await deployed.request({
    ...{ idempotencyKey: 'cut', team: 'acme', product: { kind: 'subscription', id: EFFECT_PRODUCT } },
    ...{ prices: { USA: '44.99' }, requestedBy: 'cfo@acme.example' },
  });
  const { effectPreview } = z.object({ effectPreview: previewed }).parse(await nextPlanned());
  assert.notEqual(effectPreview.words, '');
  await deployed.feed('PriceQueueUrl', 'ApplyPriceChange');
  assert.equal(await stateOf(deployed, 'change#acme#cut'), 'planned');
}

/**
 * A price change whose plan says what an effect would show; five weeks later its effect is measured, in all and for
 * single territories.
 */
export async function oneEffect(deployed: Deployed): Promise<void> {
  const { config, output, clock } = deployed;
  const product = addSubscription(deployed, EFFECT_PRODUCT);
  const today = pacificToday(clock.now());
  const changeDay = dayOf(dayNumber(today) + 1);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const sales = {
    ...{ s3, documents, bucket: output('LakeBucketName'), reportsTable: output('ReportsTableName') },
    ...{ vendor: VENDOR, product, changeDay },
  };
  await storeSales(sales, firstDayBefore(changeDay), dayOf(dayNumber(today) - 1));
  await deployed.request({
    ...{ idempotencyKey: 'rise', team: 'acme', product: { kind: 'subscription', id: product } },
    ...{
      prices: { USA: '59.99', DEU: '59.99' },
      preserveCurrentPrice: true,
      requestedBy: 'cfo@acme.example',
    },
  });
  await deployed.until('the change is applied', async () => {
    await deployed.feed('PriceQueueUrl', 'ApplyPriceChange');
    return (await stateOf(deployed, 'change#acme#rise')) === 'applied';
  });
  const preview = {
    team: 'acme',
    product: { kind: 'subscription', id: product },
    territories: ['USA', 'DEU'],
  };
  previewed.parse(await deployed.call('MeasurePriceEffects', { preview }));
  await storeSales(sales, today, dayOf(dayNumber(changeDay) + 35));
  clock.advance(36 * DAY);
  await deployed.call('MeasurePriceEffects', {});
  s3.destroy();
  documents.destroy();
  for (const table of ['price_effects', 'price_effect_territories']) {
    const keys = await objectsIn(config, output('LakeBucketName'), `tables/${table}/team=acme/`);
    assert.ok(keys.length > 0, `no file of ${table}`);
  }
}

/** One after the other, each with the tables that it fills. */
export const LATER_JOURNEYS: readonly {
  what: string;
  play: (deployed: Deployed) => Promise<void>;
  tables: readonly string[];
  /** It ends with an event that has to get out. */
  needsBus: boolean;
}[] = [
  // The comparison of desired prices begins the price list of its day: this one stands before.
  {
    what: 'two price lists, and what Apple moved in between',
    ...{ play: onePriceList, tables: ['price_list_daily'], needsBus: true },
  },
  { what: 'a campaign of two products', play: oneCampaign, tables: [], needsBus: false },
  { what: 'a desired price is enforced', play: oneEnforcedPrice, tables: [], needsBus: true },
  { what: 'a review', play: oneReview, tables: ['customer_reviews'], needsBus: false },
  { what: 'exchange rates', play: ratesOfTheDay, tables: ['exchange_rates'], needsBus: false },
  {
    what: 'the effect of a price change, in all and by territory',
    ...{ play: oneEffect, tables: ['price_effects', 'price_effect_territories'], needsBus: true },
  },
];
