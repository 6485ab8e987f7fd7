import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppStoreConnectClient } from '../../functions/app-store-connect/client/client.ts';
import { readOtherOffers } from '../../functions/app-store-connect/resources/subscription-offers.ts';

/** Apple's list of a subscription's offer codes: `active` of each, in order; every one has a price in the USA. */
function offerCodes(active: readonly boolean[]) {
  const priced: string[] = [];
  const list = active.map((isActive, index) => ({
    type: 'subscriptionOfferCodes',
    id: `code-${index + 1}`,
    attributes: {
      name: `Code ${index + 1}`,
      active: isActive,
      offerMode: 'PAY_AS_YOU_GO',
      duration: 'ONE_MONTH',
    },
  }));
  const prices = [
    { type: 'prices', id: 'p', relationships: { territory: { data: { type: 'territories', id: 'USA' } } } },
  ];
  const client: AppStoreConnectClient = {
    baseUrl: 'https://apple.example',
    read: async ({ path }, consume) => {
      const [, id] = /subscriptionOfferCodes\/([^/]+)\/prices$/.exec(path) ?? [];
      if (id !== undefined) priced.push(id);
      return consume(Response.json({ data: id === undefined ? list : prices }));
    },
    write: async () => undefined,
    turnToWrite: async (writes) => writes,
  };
  return { client, priced };
}

describe('The offer codes of a subscription', () => {
  it('are read with their prices, however many were switched off before them', async () => {
    const { client, priced } = offerCodes([...Array.from({ length: 12 }, () => false), true]);
    const offers = await readOtherOffers(client, '1', 'offerCode');
    assert.deepEqual(
      offers.map(({ id, prices }) => [id, prices?.map(({ territory }) => territory)]),
      [['code-13', ['USA']]],
    );
    assert.deepEqual(priced, ['code-13']);
  });

  it('are read with the prices of the first ten', async () => {
    const { client, priced } = offerCodes(Array.from({ length: 12 }, () => true));
    const offers = await readOtherOffers(client, '1', 'offerCode');
    assert.deepEqual([offers.length, priced.length, offers.at(-1)?.prices], [12, 10, undefined]);
  });
});
