import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blamed, call, december, get, startPrices, today, tomorrow } from './prices-client.ts';
import { before, item, listed, PRO, post } from './subscription-requests.ts';

describe('A subscription', () => {
  it('tells its name, state and period', async (context) => {
    const apple = await startPrices(context);
    const { status, data } = await get(apple, `/v1/subscriptions/${PRO}`);
    assert.equal(status, 200);
    assert.deepEqual(data[0]?.attributes, {
      name: 'Pro yearly',
      productId: `product.${PRO}`,
      familySharable: false,
      state: 'APPROVED',
      subscriptionPeriod: 'ONE_YEAR',
      groupLevel: 1,
    });
  });

  it('of another team, or of none, is not found', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({ team: 'umbra', id: '77', prices: { USA: '9.99' } });
    for (const path of ['', '/prices', '/pricePoints']) {
      assert.deepEqual(
        [
          (await get(apple, `/v1/subscriptions/77${path}`)).status,
          (await get(apple, `/v1/subscriptions/1${path}`)).status,
        ],
        [404, 404],
      );
    }
  });

  it('lists its prices with territory and price point where asked to', async (context) => {
    const apple = await startPrices(context);
    const { data, included } = await get(
      apple,
      `/v1/subscriptions/${PRO}/prices?filter[territory]=JPN&include=territory,subscriptionPricePoint`,
    );
    assert.deepEqual(
      data.map(({ attributes }) => attributes),
      [{ startDate: null, preserved: false, planType: 'UPFRONT' }],
    );
    const [price] = data;
    assert.deepEqual(price?.relationships['territory']?.data, { type: 'territories', id: 'JPN' });
    assert.deepEqual(
      included.map(({ attributes }) => attributes),
      [{ currency: 'JPY' }, { customerPrice: '7500.0', proceeds: '5250.0', proceedsYear2: '6375.0' }],
    );
  });

  it('lists no relationship’s data that was not included', async (context) => {
    const { data, included } = await get(await startPrices(context), `/v1/subscriptions/${PRO}/prices`);
    assert.deepEqual([data.length, data[0]?.relationships, included], [3, {}, []]);
  });

  it('has one price list a plan', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({
      team: 'acme',
      id: '5',
      prices: { USA: '49.99' },
      monthlyPrices: { USA: '4.99', FRA: '4.99' },
    });
    const plans = async (query: string) =>
      (await get(apple, `/v1/subscriptions/5/prices${query}`)).data.map(
        ({ attributes }) => attributes['planType'],
      );
    assert.deepEqual(await plans(''), ['MONTHLY', 'MONTHLY', 'UPFRONT']);
    assert.deepEqual(await plans('?filter[planType]=MONTHLY'), ['MONTHLY', 'MONTHLY']);
    apple.simulator.behaviour.subscriptionPricesWithoutPlan = 'up-front';
    assert.deepEqual(await plans(''), ['UPFRONT']);
    assert.equal((await get(apple, '/v1/subscriptions/5/prices?filter[planType]=WEEKLY')).status, 400);
  });
});

describe('POST /v1/subscriptionPrices', () => {
  it('schedules a change of one territory', async (context) => {
    const apple = await startPrices(context);
    const { status, data } = await post(apple, {
      territory: 'USA',
      price: '59.99',
      attributes: { startDate: december },
    });
    assert.deepEqual(
      [status, data[0]?.type, data[0]?.attributes['startDate']],
      [201, 'subscriptionPrices', december],
    );
    assert.deepEqual(listed(apple), [...before, `USA 59.99 ${december}`]);
    const ids = apple.simulator.prices.pricesOf('subscription', PRO).map(({ id }) => id);
    assert.equal(ids.at(-1), data[0]?.id);
    const effective = (day: string) => apple.simulator.prices.effective('subscription', PRO, day).get('USA');
    assert.deepEqual([effective('2026-11-30'), effective(december)], ['49.99', '59.99']);
  });

  it('leaves only the new price in the list from its day on', async (context) => {
    const apple = await startPrices(context);
    await post(apple, { territory: 'USA', price: '59.99', attributes: { startDate: tomorrow } });
    apple.clock.advance(24 * 3_600_000);
    assert.deepEqual(listed(apple), ['FRA 49.99 now', 'JPN 7500 now', `USA 59.99 ${tomorrow}`]);
  });

  for (const [name, attributes, blame] of [
    ['now', {}, 'STATE_ERROR /data/attributes/startDate'],
    ['null', { startDate: null }, 'STATE_ERROR /data/attributes/startDate'],
    ['today', { startDate: today }, 'ENTITY_ERROR.ATTRIBUTE.INVALID /data/attributes/startDate'],
    ['a past day', { startDate: '2026-01-01' }, 'ENTITY_ERROR.ATTRIBUTE.INVALID /data/attributes/startDate'],
    ['no day', { startDate: '2026-02-30' }, 'ENTITY_UNPROCESSABLE /data/attributes/startDate'],
    ['an unknown attribute', { price: '9' }, 'ENTITY_ERROR.ATTRIBUTE.UNKNOWN /data/attributes/price'],
  ] as const) {
    it(`refuses for a live subscription: ${name}`, async (context) => {
      const apple = await startPrices(context);
      assert.deepEqual(blamed(await post(apple, { territory: 'USA', price: '59.99', attributes })), [blame]);
      assert.deepEqual(listed(apple), before);
    });
  }

  it('changes the price of a subscription that is not live at once', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({
      team: 'acme',
      id: '8',
      approved: false,
      prices: { USA: '9.99' },
    });
    const { status } = await post(apple, { id: '8', territory: 'USA', price: '8.99' });
    assert.deepEqual([status, listed(apple, '8')], [201, ['USA 8.99 now']]);
  });

  it('answers 500 for ever where there is no price yet', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({ team: 'acme', id: '9' });
    for (const attributes of [{}, { startDate: december }]) {
      const { status, errors } = await post(apple, { id: '9', territory: 'USA', price: '9.99', attributes });
      assert.deepEqual([status, errors[0]?.code], [500, 'UNEXPECTED_ERROR']);
    }
  });

  it('overwrites the change that is scheduled in the territory', async (context) => {
    const apple = await startPrices(context);
    await post(apple, { territory: 'USA', price: '59.99', attributes: { startDate: december } });
    await post(apple, { territory: 'USA', price: '54.99', attributes: { startDate: '2027-01-01' } });
    assert.deepEqual(listed(apple), [...before, 'USA 54.99 2027-01-01']);
  });

  it('preserves the old price for subscribers where the price goes up, not where it goes down', async (context) => {
    const apple = await startPrices(context);
    const attributes = { startDate: december, preserveCurrentPrice: true };
    await post(apple, { territory: 'USA', price: '59.99', attributes });
    await post(apple, { territory: 'FRA', price: '39.99', attributes });
    assert.deepEqual(listed(apple).sort(), [
      `FRA 39.99 ${december}`,
      'FRA 49.99 now',
      'JPN 7500 now',
      'USA 49.99 now',
      'USA 49.99 now preserved',
      `USA 59.99 ${december}`,
    ]);
    const day = apple.simulator.prices.effective('subscription', PRO, december);
    assert.deepEqual([day.get('USA'), day.get('FRA')], ['59.99', '39.99']);
  });

  it('refuses to preserve anything beside a first price', async (context) => {
    const apple = await startPrices(context);
    const answer = await post(apple, {
      territory: 'DEU',
      price: '49.99',
      attributes: { startDate: december, preserveCurrentPrice: true },
    });
    assert.deepEqual(
      [answer.status, blamed(answer)],
      [409, ['ENTITY_ERROR /data/attributes/preserveCurrentPrice']],
    );
  });

  it('refuses a price point of another territory or product', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({ team: 'acme', id: '8', prices: { USA: '9.99' } });
    const french = await item(apple, {
      territory: 'FRA',
      price: '59.99',
      attributes: { startDate: december },
    });
    french.relationships.territory.data.id = 'USA';
    const foreign = await item(apple, {
      territory: 'USA',
      price: '59.99',
      attributes: { startDate: december },
    });
    foreign.relationships.subscription.data.id = '8';
    for (const [data, blame] of [
      [french, '/data/relationships/territory'],
      [foreign, '/data/relationships/subscriptionPricePoint'],
    ] as const) {
      const answer = await call(apple, 'POST', '/v1/subscriptionPrices', { data });
      assert.deepEqual(blamed(answer), [`ENTITY_ERROR.RELATIONSHIP.INVALID ${blame}`]);
    }
  });
});

describe('DELETE /v1/subscriptionPrices/{id}', () => {
  it('takes back what is scheduled, with what it would have preserved', async (context) => {
    const apple = await startPrices(context);
    const attributes = { startDate: december, preserveCurrentPrice: true };
    const { data } = await post(apple, { territory: 'USA', price: '59.99', attributes });
    const { status } = await call(apple, 'DELETE', `/v1/subscriptionPrices/${data[0]?.id}`);
    assert.deepEqual([status, listed(apple)], [204, before]);
    assert.equal((await call(apple, 'DELETE', `/v1/subscriptionPrices/${data[0]?.id}`)).status, 404);
  });

  it('refuses for a price in effect', async (context) => {
    const apple = await startPrices(context);
    const [price] = apple.simulator.prices.pricesOf('subscription', PRO);
    assert.equal((await call(apple, 'DELETE', `/v1/subscriptionPrices/${price?.id}`)).status, 409);
    assert.deepEqual(listed(apple), before);
  });
});
