import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { call, startPrices } from './prices-client.ts';

const names = (answer: Awaited<ReturnType<typeof call>>) => answer.data.map(({ id }) => id);

describe('The products of an app', () => {
  const start = async (context: TestContext) => {
    const apple = await startPrices(context);
    const { prices } = apple.simulator;
    prices.addApp({ team: 'acme', id: '9', prices: { USA: '0.99' } });
    prices.addSubscription({ team: 'acme', id: '21', app: '9', group: 'Pro', prices: { USA: '4.99' } });
    prices.addSubscription({ team: 'acme', id: '22', app: '9', group: 'Pro', prices: { USA: '49.99' } });
    prices.addInAppPurchase({ team: 'acme', id: '31', app: '9', prices: { USA: '0.99' } });
    return apple;
  };

  it('are its subscription groups with their subscriptions', async (context) => {
    const apple = await start(context);
    const path = '/v1/apps/9/subscriptionGroups?include=subscriptions&limit[subscriptions]=50';
    const groups = await call(apple, 'GET', path);
    const pro = groups.data.find(({ attributes }) => attributes['referenceName'] === 'Pro');
    assert.deepEqual(
      groups.included.filter(({ id }) => id.startsWith('2')).map(({ id }) => id),
      ['21', '22'],
    );
    assert.deepEqual(names(await call(apple, 'GET', `/v1/subscriptionGroups/${pro?.id}/subscriptions`)), [
      '21',
      '22',
    ]);
    const one = await call(
      apple,
      'GET',
      `/v1/subscriptionGroups/${pro?.id}/subscriptions?filter[productId]=product.22`,
    );
    assert.deepEqual(names(one), ['22']);
  });

  it('are its in-app purchases', async (context) => {
    const apple = await start(context);
    assert.deepEqual(names(await call(apple, 'GET', '/v1/apps/9/inAppPurchasesV2')), ['31']);
    assert.equal((await call(apple, 'GET', '/v1/apps/8/inAppPurchasesV2')).status, 404);
  });
});

describe('What Apple decides by itself', () => {
  const pricesOf = async (context: TestContext) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addInAppPurchase({ team: 'acme', id: '31', prices: { USA: '9.99' } });
    const path = '/v1/inAppPurchasePriceSchedules/31/automaticPrices';
    return {
      prices: apple.simulator.prices,
      kazakhstan: async () => {
        const query = '?include=inAppPurchasePricePoint,territory&filter[territory]=KAZ';
        const { data, included } = await call(apple, 'GET', path + query);
        return { count: data.length, point: included.find(({ type }) => type.endsWith('PricePoints')) };
      },
    };
  };

  it('a tax moves proceeds and no price', async (context) => {
    const { prices, kazakhstan } = await pricesOf(context);
    const before = (await kazakhstan()).point?.attributes;
    context.after(prices.appleDecides('KAZ', { taxPercent: 16 }));
    const after = (await kazakhstan()).point?.attributes;
    assert.equal(after?.['customerPrice'], before?.['customerPrice']);
    assert.equal(
      Math.round(Number(after?.['proceeds']) * 100),
      Math.round(Number(before?.['proceeds']) * 84),
    );
  });

  it('equal prices move automatic prices', async (context) => {
    const { prices, kazakhstan } = await pricesOf(context);
    const before = (await kazakhstan()).point?.attributes;
    context.after(prices.appleDecides('KAZ', { equalPriceSteps: 3 }));
    const after = (await kazakhstan()).point?.attributes;
    assert.ok(Number(after?.['customerPrice']) > Number(before?.['customerPrice']));
  });

  it('a withdrawn price point is delivered no more; a closed territory is in no list', async (context) => {
    const { prices, kazakhstan } = await pricesOf(context);
    const price = prices.effective('inAppPurchase', '31', '2026-11-24').get('KAZ') ?? '';
    context.after(prices.withdrawPrice('KAZ', price));
    assert.deepEqual(await kazakhstan(), { count: 1, point: undefined });
    const reopen = prices.closeTerritory('KAZ');
    assert.equal(prices.pricesOf('inAppPurchase', '31').length, 174);
    reopen();
    assert.equal(prices.pricesOf('inAppPurchase', '31').length, 175);
  });
});
