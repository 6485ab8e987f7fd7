// npm node-app-store-connect-api, as its README shows. Reads its order from the standard input, prints what it got.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { api } from 'node-app-store-connect-api';

const order = JSON.parse(await text(process.stdin));
const privateKey = readFileSync(order.privateKeyFile, 'utf8');
const apple = await api({ issuerId: order.issuerId, apiKey: order.keyId, privateKey });

async function rows(path) {
  const response = await apple.fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return gunzipSync(await response.arrayBuffer())
    .toString('utf8')
    .replace(/\n$/, '')
    .split('\n');
}

async function newPrice() {
  const points = `subscriptions/${order.subscription}/pricePoints?filter[territory]=${order.territory}&limit=8000`;
  const { data } = await apple.readAll(points);
  const point = data.find(({ attributes }) => attributes.customerPrice === order.price);
  await apple.create({
    type: 'subscriptionPrices',
    attributes: { startDate: order.startDate, preserveCurrentPrice: true },
    relationships: {
      subscription: { type: 'subscriptions', id: order.subscription },
      subscriptionPricePoint: { type: 'subscriptionPricePoints', id: point.id },
    },
  });
  const { data: prices } = await apple.readAll(
    `subscriptions/${order.subscription}/prices?filter[territory]=${order.territory}&include=subscriptionPricePoint&filter[planType]=UPFRONT`,
  );
  return prices.find(({ attributes }) => attributes.startDate === order.startDate)?.relationships
    .subscriptionPricePoint.data.id === point.id
    ? point.attributes.customerPrice
    : undefined;
}

async function refusal() {
  const stranger = await api({
    issuerId: order.wrongIssuerId,
    apiKey: order.keyId,
    privateKey,
    automaticRetries: 0,
  });
  return (await stranger.fetch('apps')).status;
}

const sales = `salesReports?filter[frequency]=DAILY&filter[reportType]=SALES&filter[reportSubType]=SUMMARY&filter[vendorNumber]=${order.vendor}&filter[reportDate]=${order.day}`;
const finance = `financeReports?filter[regionCode]=ZZ&filter[reportType]=FINANCIAL&filter[vendorNumber]=${order.vendor}&filter[reportDate]=${order.month}`;
process.stdout.write(
  JSON.stringify({
    sales: await rows(sales),
    finance: await rows(finance),
    territories: (await apple.readAll('territories?limit=50')).data.length,
    price: await newPrice(),
    refusal: await refusal(),
  }),
);
