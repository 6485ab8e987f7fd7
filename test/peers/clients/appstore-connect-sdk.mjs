// npm appstore-connect-sdk, generated from Apple's OpenAPI file. Reads its order from the standard input, prints what
// it got.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import * as sdk from 'appstore-connect-sdk';

const order = JSON.parse(await text(process.stdin));
const privateKey = readFileSync(order.privateKeyFile, 'utf8');
const clientOf = (issuerId) => sdk.createClient({ issuerId, privateKeyId: order.keyId, privateKey });
const client = clientOf(order.issuerId);

function dataOf({ data, error }) {
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return data;
}

async function rows(call, query) {
  const file = dataOf(await call({ client, query }));
  return gunzipSync(await file.arrayBuffer())
    .toString('utf8')
    .replace(/\n$/, '')
    .split('\n');
}

/** The SDK has no walk of its own: its users take the cursor out of `links.next`. */
async function territories() {
  let count = 0;
  let cursor;
  do {
    const page = dataOf(
      await sdk.territoriesGetCollection({ client, query: { limit: 50, ...(cursor && { cursor }) } }),
    );
    count += page.data.length;
    cursor = page.links.next && new URL(page.links.next).searchParams.get('cursor');
  } while (cursor);
  return count;
}

async function newPrice() {
  const path = { id: order.subscription };
  const { data } = dataOf(
    await sdk.subscriptionsPricePointsGetToManyRelated({
      client,
      path,
      query: { 'filter[territory]': [order.territory], limit: 8000 },
    }),
  );
  const point = data.find(({ attributes }) => attributes.customerPrice === order.price);
  dataOf(
    await sdk.subscriptionPricesCreateInstance({
      client,
      body: {
        data: {
          type: 'subscriptionPrices',
          attributes: { startDate: order.startDate, preserveCurrentPrice: true },
          relationships: {
            subscription: { data: { type: 'subscriptions', id: order.subscription } },
            subscriptionPricePoint: { data: { type: 'subscriptionPricePoints', id: point.id } },
          },
        },
      },
    }),
  );
  const { data: prices } = dataOf(
    await sdk.subscriptionsPricesGetToManyRelated({
      client,
      path,
      query: { 'filter[territory]': [order.territory], include: ['subscriptionPricePoint'] },
    }),
  );
  const written = prices.find(({ attributes }) => attributes.startDate === order.startDate);
  return written?.relationships.subscriptionPricePoint.data.id === point.id
    ? point.attributes.customerPrice
    : undefined;
}

async function refusal() {
  const { error, response } = await sdk.appsGetCollection({ client: clientOf(order.wrongIssuerId) });
  if (error === undefined) throw new Error('A token of another issuer was taken.');
  return response.status;
}

const vendor = { 'filter[vendorNumber]': [order.vendor] };
process.stdout.write(
  JSON.stringify({
    sales: await rows(sdk.salesReportsGetCollection, {
      ...vendor,
      'filter[reportType]': ['SALES'],
      'filter[reportSubType]': ['SUMMARY'],
      'filter[frequency]': ['DAILY'],
      'filter[reportDate]': [order.day],
    }),
    finance: await rows(sdk.financeReportsGetCollection, {
      ...vendor,
      'filter[reportType]': ['FINANCIAL'],
      'filter[regionCode]': ['ZZ'],
      'filter[reportDate]': [order.month],
    }),
    territories: await territories(),
    price: await newPrice(),
    refusal: await refusal(),
  }),
);
