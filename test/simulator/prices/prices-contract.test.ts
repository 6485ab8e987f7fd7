import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { get, pointId, startPrices } from './prices-client.ts';

const ID = '6448311069';

describe('The simulator’s price answers fit Apple’s published contract', () => {
  // `get` holds every response against the contract.
  it('with everything included that can be', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addInAppPurchase({ team: 'acme', id: ID, prices: { USA: '9.99' } });
    apple.simulator.prices.addApp({ team: 'acme', id: ID, prices: { USA: '9.99' } });
    const iapPoint = await pointId(apple, `/v2/inAppPurchases/${ID}/pricePoints`, 'USA', '9.99');
    const appPoint = await pointId(apple, `/v1/apps/${ID}/appPricePoints`, 'USA', '9.99');
    const point = await pointId(apple, `/v1/subscriptions/${ID}/pricePoints`, 'USA', '9.99');
    const schedule = 'include=baseTerritory,manualPrices,automaticPrices&limit[automaticPrices]=50';
    const paths = [
      '/v1/territories',
      `/v1/subscriptions/${ID}`,
      `/v1/subscriptions/${ID}/prices?include=territory,subscriptionPricePoint`,
      `/v1/subscriptions/${ID}/relationships/prices?limit=2`,
      `/v1/subscriptions/${ID}/pricePoints?include=territory&limit=2`,
      `/v1/subscriptionPricePoints/${point}?include=territory`,
      `/v1/subscriptionPricePoints/${point}/equalizations?include=territory`,
      `/v2/inAppPurchases/${ID}`,
      `/v2/inAppPurchases/${ID}/iapPriceSchedule?${schedule}`,
      `/v2/inAppPurchases/${ID}/pricePoints?include=territory&limit=2`,
      `/v1/inAppPurchasePriceSchedules/${ID}?${schedule}`,
      `/v1/inAppPurchasePriceSchedules/${ID}/baseTerritory`,
      `/v1/inAppPurchasePriceSchedules/${ID}/manualPrices?include=inAppPurchasePricePoint,territory`,
      `/v1/inAppPurchasePriceSchedules/${ID}/automaticPrices?include=inAppPurchasePricePoint,territory`,
      `/v1/inAppPurchasePricePoints/${iapPoint}/equalizations?include=territory`,
      `/v1/apps/${ID}`,
      `/v1/apps/${ID}/appPriceSchedule?${schedule.replace('=', '=app,')}`,
      `/v1/apps/${ID}/appPricePoints?include=app,territory&limit=2`,
      `/v1/appPriceSchedules/${ID}?${schedule}`,
      `/v1/appPriceSchedules/${ID}/baseTerritory`,
      `/v1/appPriceSchedules/${ID}/manualPrices?include=appPricePoint,territory`,
      `/v1/appPriceSchedules/${ID}/automaticPrices?include=appPricePoint,territory`,
      `/v3/appPricePoints/${appPoint}?include=app,territory`,
      `/v3/appPricePoints/${appPoint}/equalizations?include=app,territory`,
    ];
    for (const path of paths) assert.equal((await get(apple, path)).status, 200, path);
  });
});
