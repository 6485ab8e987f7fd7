import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { pricePointAt, pricePointId } from '../../../local/simulator/prices/price-points.ts';
import { call, december, startPrices, today } from './prices-client.ts';

const ID = '6448311069';
const point = (territory: string, price: string): string =>
  pricePointId(pricePointAt({ kind: 'subscription', id: ID, plan: 'UPFRONT' }, territory, price));

const offer = (
  attributes: Record<string, unknown>,
  territory: string,
  price?: string,
): Record<string, unknown> => ({
  data: {
    type: 'subscriptionIntroductoryOffers',
    attributes: { duration: 'ONE_YEAR', offerMode: 'PAY_UP_FRONT', numberOfPeriods: 1, ...attributes },
    relationships: {
      subscription: { data: { type: 'subscriptions', id: ID } },
      territory: { data: { type: 'territories', id: territory } },
      ...(price !== undefined && {
        subscriptionPricePoint: {
          data: { type: 'subscriptionPricePoints', id: point(territory, price) },
        },
      }),
    },
  },
});

describe('Offers of a subscription', () => {
  const list = `/v1/subscriptions/${ID}/introductoryOffers?include=territory,subscriptionPricePoint`;
  const create = (apple: Awaited<ReturnType<typeof startPrices>>, body: unknown) =>
    call(apple, 'POST', '/v1/subscriptionIntroductoryOffers', body);

  it('introductory ones are made, ended and taken away, one territory each', async (context) => {
    const apple = await startPrices(context);
    const made = await create(apple, offer({}, 'USA', '29.99'));
    assert.equal(made.status, 201, JSON.stringify(made.errors));
    assert.equal((await create(apple, offer({ offerMode: 'FREE_TRIAL' }, 'FRA'))).status, 201);
    const listed = await call(apple, 'GET', list);
    assert.deepEqual(
      listed.data.map(({ attributes, relationships }) => [
        attributes['offerMode'],
        Object.keys(relationships),
      ]),
      [
        ['PAY_UP_FRONT', ['territory', 'subscriptionPricePoint']],
        ['FREE_TRIAL', ['territory']],
      ],
    );
    const [first] = listed.data;
    const body = {
      data: {
        type: 'subscriptionIntroductoryOffers',
        id: first?.id,
        attributes: { endDate: december },
      },
    };
    const path = `/v1/subscriptionIntroductoryOffers/${first?.id}`;
    assert.equal((await call(apple, 'PATCH', path, body)).data[0]?.attributes['endDate'], december);
    assert.equal((await call(apple, 'DELETE', path)).status, 204);
    assert.equal((await call(apple, 'GET', list)).data.length, 1);
  });

  it('are refused with every reason', async (context) => {
    const apple = await startPrices(context);
    const codes = async (body: unknown) => {
      const { status, errors } = await create(apple, body);
      return [status, ...errors.map(({ source }) => source?.pointer)];
    };
    assert.deepEqual(await codes(offer({}, 'USA')), [409, '/data/relationships/subscriptionPricePoint']);
    assert.deepEqual(await codes(offer({ startDate: '2026-11-01' }, 'USA', '29.99')), [
      409,
      '/data/attributes/startDate',
    ]);
    await create(apple, offer({ endDate: december }, 'USA', '29.99'));
    assert.deepEqual(await codes(offer({ startDate: today }, 'USA', '19.99')), [
      409,
      '/data/attributes/startDate',
    ]);
    assert.equal((await create(apple, offer({ startDate: '2026-12-02' }, 'USA', '19.99'))).status, 201);
  });

  it('of other kinds are listed with prices of their own', async (context: TestContext) => {
    const apple = await startPrices(context);
    for (const kind of ['promotional', 'offerCode', 'winBack'] as const)
      apple.simulator.prices.addOffer(ID, {
        kind,
        name: kind,
        mode: 'PAY_UP_FRONT',
        duration: 'ONE_YEAR',
        prices: { USA: '29.99', FRA: '29.99' },
      });
    for (const [name, type] of [
      ['promotionalOffers', 'subscriptionPromotionalOffers'],
      ['offerCodes', 'subscriptionOfferCodes'],
      ['winBackOffers', 'winBackOffers'],
    ]) {
      const offers = await call(apple, 'GET', `/v1/subscriptions/${ID}/${name}`);
      const prices = await call(
        apple,
        'GET',
        `/v1/${type}/${offers.data[0]?.id}/prices?include=territory,subscriptionPricePoint`,
      );
      assert.deepEqual([offers.data.length, prices.data.length, prices.included.length], [1, 2, 4], name);
    }
  });
});

describe('Where a product is sold', () => {
  it('is told of a subscription and per plan, per purchase and per app', async (context) => {
    const apple = await startPrices(context);
    const { prices } = apple.simulator;
    prices.addSubscription({ team: 'acme', id: '1', prices: { USA: '4.99' }, availableIn: ['USA', 'FRA'] });
    prices.addInAppPurchase({ team: 'acme', id: '2', prices: { USA: '4.99' }, availableIn: ['USA'] });
    prices.addApp({ team: 'acme', id: '3', prices: { USA: '4.99' }, availableIn: ['USA'] });
    const ids = async (path: string) => (await call(apple, 'GET', path)).data.map(({ id }) => id);
    const [plan] = await ids('/v1/subscriptions/1/planAvailabilities');
    assert.deepEqual(await ids(`/v1/subscriptionPlanAvailabilities/${plan}/availableTerritories`), [
      'FRA',
      'USA',
    ]);
    const [whole] = await ids('/v1/subscriptions/1/subscriptionAvailability');
    assert.deepEqual(await ids(`/v1/subscriptionAvailabilities/${whole}/availableTerritories`), [
      'FRA',
      'USA',
    ]);
    const [purchase] = await ids('/v2/inAppPurchases/2/inAppPurchaseAvailability');
    assert.deepEqual(await ids(`/v1/inAppPurchaseAvailabilities/${purchase}/availableTerritories`), ['USA']);
    const [app] = await ids('/v1/apps/3/appAvailabilityV2');
    const all = await call(
      apple,
      'GET',
      `/v2/appAvailabilities/${app}/territoryAvailabilities?include=territory&limit=200`,
    );
    assert.deepEqual(
      all.data.filter(({ attributes }) => attributes['available'] === true).map(({ id }) => id),
      ['3-USA'],
    );
  });
});

describe('A subscription of several seats', () => {
  const tiersAfter = async (context: TestContext, volumeTiersOfNewPrice: 'dropped' | 'kept') => {
    const apple = await startPrices(context, { behaviour: { volumeTiersOfNewPrice } });
    const { prices } = apple.simulator;
    prices.addSubscription({
      team: 'acme',
      id: '1',
      prices: { USA: '4.99' },
      multiSeatStatus: 'ENABLED',
      volumeTiersIn: ['USA'],
    });
    const [subscription] = (await call(apple, 'GET', '/v1/subscriptions/1')).data;
    assert.equal(subscription?.attributes['multiSeatStatus'], 'ENABLED');
    const priced = pricePointId(
      pricePointAt({ kind: 'subscription', id: '1', plan: 'UPFRONT' }, 'USA', '5.99'),
    );
    const created = await call(apple, 'POST', '/v1/subscriptionPrices', {
      data: {
        type: 'subscriptionPrices',
        attributes: { startDate: december },
        relationships: {
          subscription: { data: { type: 'subscriptions', id: '1' } },
          subscriptionPricePoint: { data: { type: 'subscriptionPricePoints', id: priced } },
        },
      },
    });
    assert.equal(created.status, 201);
    return [...(prices.subscription('1', 'acme')?.volumeTiersIn ?? [])];
  };

  it('loses its volume tiers by a price that is created without any, or keeps them', async (context) => {
    assert.deepEqual(await tiersAfter(context, 'dropped'), []);
    assert.deepEqual(await tiersAfter(context, 'kept'), ['USA']);
  });
});
