import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Apple, ask, keys, otherIssuerId, token } from '../apple.ts';
import { blamed, call, everyPage, get, pointId, startPrices } from './prices-client.ts';

const PRO = '6448311069';

describe('Territories', () => {
  it('come in one page of 200 with their currencies', async (context) => {
    const { data, links, meta } = await get(await startPrices(context), '/v1/territories?limit=200');
    assert.equal(links.next, undefined);
    assert.deepEqual(meta?.paging, { total: data.length, limit: 200 });
    const currencies = new Map(data.map(({ id, attributes }) => [id, attributes['currency']]));
    assert.equal(currencies.size, data.length);
    assert.deepEqual(
      ['USA', 'JPN', 'FRA', 'IND', 'XKS'].map((id) => currencies.get(id)),
      ['USD', 'JPY', 'EUR', 'INR', 'EUR'],
    );
  });

  it('come page after page by absolute links, each once', async (context) => {
    const apple = await startPrices(context);
    const { pages, data } = await everyPage(apple, '/v1/territories?limit=60&fields[territories]=currency');
    assert.deepEqual(
      pages.map((page) => page.data.length),
      [60, 60, data.length - 120],
    );
    assert.ok(pages[0]?.links.next?.startsWith(`${apple.simulator.origin}/v1/territories?`));
    assert.equal(new Set(data.map(({ id }) => id)).size, pages[0]?.meta?.paging.total);
  });

  it('show the chosen fields only', async (context) => {
    const { data } = await get(await startPrices(context), '/v1/territories?fields[territories]=');
    assert.deepEqual(data[0]?.attributes, {});
  });
});

describe('A list of prices', () => {
  for (const [path, largest] of [
    ['/v1/territories', 200],
    [`/v1/subscriptions/${PRO}/prices`, 200],
    [`/v1/subscriptions/${PRO}/pricePoints`, 8000],
    ['/v2/inAppPurchases/1/pricePoints', 8000],
    ['/v1/inAppPurchasePriceSchedules/1/manualPrices', 200],
    ['/v1/apps/1/appPricePoints', 200],
    ['/v1/appPriceSchedules/1/automaticPrices', 200],
  ] as const) {
    it(`${path} has pages of at most ${largest}`, async (context) => {
      const apple = await startPrices(context);
      apple.simulator.prices.addInAppPurchase({ team: 'acme', id: '1', prices: { USA: '9.99' } });
      apple.simulator.prices.addApp({ team: 'acme', id: '1', prices: { USA: '9.99' } });
      assert.equal((await get(apple, `${path}?limit=${largest}`)).status, 200);
      for (const limit of [largest + 1, 0, 'x']) {
        assert.deepEqual(blamed(await get(apple, `${path}?limit=${limit}`)), [
          'PARAMETER_ERROR.INVALID limit',
        ]);
      }
    });
  }

  it('refuses a parameter, filter value, relationship or cursor that it does not have', async (context) => {
    const apple = await startPrices(context);
    const prices = `/v1/subscriptions/${PRO}/prices`;
    for (const [query, blame] of [
      ['sort=startDate', 'PARAMETER_ERROR.ILLEGAL sort'],
      ['filter[territory]=USA,USSR', 'PARAMETER_ERROR.INVALID filter[territory]'],
      ['include=subscription', 'PARAMETER_ERROR.INVALID include'],
      ['cursor=x', 'PARAMETER_ERROR.INVALID cursor'],
    ]) {
      assert.deepEqual(blamed(await get(apple, `${prices}?${query}`)), [blame]);
    }
  });
});

describe('The price points of a subscription', () => {
  const path = `/v1/subscriptions/${PRO}/pricePoints`;

  it('are some 800 a territory, each with another id and price', async (context) => {
    const apple = await startPrices(context);
    const { data, meta } = await get(apple, `${path}?filter[territory]=USA&limit=8000`);
    assert.equal(meta?.paging.total, data.length);
    assert.ok(data.length > 700 && data.length < 900);
    const prices = data.map(({ attributes }) => Number(attributes['customerPrice']));
    assert.deepEqual([prices[0], prices.at(-1)], [0.29, 9999.99]);
    assert.equal(new Set(data.map(({ id }) => id)).size, new Set(prices).size);
    assert.ok(prices.every((price) => /9$/.test(price.toFixed(2))));
  });

  it('have whole prices where a currency has no decimals', async (context) => {
    const { data } = await get(await startPrices(context), `${path}?filter[territory]=JPN,VNM&limit=8000`);
    assert.ok(data.every(({ attributes }) => String(attributes['customerPrice']).endsWith('.0')));
  });

  it('give 70 % in the first year and 85 % later', async (context) => {
    const { data } = await get(await startPrices(context), `${path}?filter[territory]=USA&limit=1`);
    assert.deepEqual(data[0]?.attributes, { customerPrice: '0.29', proceeds: '0.2', proceedsYear2: '0.25' });
  });

  it('of many territories come in a few pages of 8000', async (context) => {
    const apple = await startPrices(context);
    const territories = (await get(apple, '/v1/territories?limit=12')).data.map(({ id }) => id);
    const one = await get(apple, `${path}?filter[territory]=USA&limit=1`);
    const { data, pages } = await everyPage(
      apple,
      `${path}?filter[territory]=${territories.join(',')}&limit=8000`,
    );
    assert.deepEqual([territories.length, pages.length], [12, 2]);
    assert.equal(data.length, territories.length * (one.meta?.paging.total ?? 0));
    assert.equal(new Set(data.map(({ id }) => id)).size, data.length);
  });

  it('need a territory once Apple demands it', async (context) => {
    const apple = await startPrices(context, { behaviour: { subscriptionPricePointsNeedTerritory: true } });
    assert.deepEqual(blamed(await get(apple, path)), ['PARAMETER_ERROR.REQUIRED filter[territory]']);
    assert.equal((await get(apple, `${path}?filter[territory]=USA`)).status, 200);
  });

  it('are others for another product and for another plan', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({ team: 'acme', id: '2' });
    const ids = async (list: string) => (await get(apple, list)).data.map(({ id }) => id);
    const mine = await ids(`${path}?filter[territory]=USA`);
    const others = await ids('/v1/subscriptions/2/pricePoints?filter[territory]=USA');
    const monthly = await ids(`${path}?filter[territory]=USA&filter[planType]=MONTHLY`);
    assert.equal(new Set([...mine, ...others, ...monthly]).size, 3 * mine.length);
  });

  it('can be read one by one, by who owns the subscription', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({ team: 'umbra', id: '3' });
    const id = await pointId(apple, path, 'FRA', '49.99');
    const { data, included } = await get(apple, `/v1/subscriptionPricePoints/${id}?include=territory`);
    assert.deepEqual([data[0]?.id, included[0]?.id], [id, 'FRA']);
    const foreign = await call(
      apple,
      'GET',
      '/v1/subscriptions/3/pricePoints?filter[territory]=USA&limit=1',
      undefined,
      await umbra(apple),
    );
    const others = `/v1/subscriptionPricePoints/${foreign.data[0]?.id}`;
    assert.equal((await call(apple, 'GET', others, undefined, await umbra(apple))).status, 200);
    assert.equal((await get(apple, others)).status, 404);
    assert.equal((await get(apple, '/v1/subscriptionPricePoints/nonsense')).status, 404);
  });

  it('are equalized in every other territory, to prices that can be had there', async (context) => {
    const apple = await startPrices(context);
    const id = await pointId(apple, path, 'USA', '49.99');
    const { data } = await get(
      apple,
      `/v1/subscriptionPricePoints/${id}/equalizations?limit=8000&include=territory`,
    );
    const { data: all } = await get(apple, '/v1/territories?limit=200');
    assert.equal(data.length, all.length - 1);
    const prices = new Map(
      data.map(({ relationships, attributes }) => {
        const territory = relationships['territory']?.data;
        return [territory && 'id' in territory ? territory.id : '', attributes['customerPrice']];
      }),
    );
    assert.deepEqual(
      ['FRA', 'JPN', 'IND', 'VNM', 'KWT'].map((territory) => prices.get(territory)),
      ['49.99', '7500.0', '4249.0', '1250000.0', '49.99'],
    );
    const india = data.find(({ attributes }) => attributes['customerPrice'] === '4249.0');
    assert.equal(india?.id, await pointId(apple, path, 'IND', '4249'));
  });

  it('are equalized for the monthly plan, if the up-front price is named', async (context) => {
    const apple = await startPrices(context);
    const id = await pointId(apple, path, 'USA', '4.99');
    const adjusted = `/v1/subscriptionPricePoints/${id}/adjustedEqualizations?filter[territory]=FRA`;
    assert.equal((await get(apple, adjusted)).status, 400);
    assert.equal((await get(apple, `${adjusted}&filter[planType]=MONTHLY`)).status, 400);
    const { data } = await get(
      apple,
      `${adjusted}&filter[planType]=MONTHLY&filter[upfrontPricePointId]=${id}`,
    );
    const monthly = await get(apple, `${path}?filter[territory]=FRA&filter[planType]=MONTHLY&limit=200`);
    assert.deepEqual(
      data.map((point) => point.attributes['customerPrice']),
      ['4.99'],
    );
    assert.ok(monthly.data.some((point) => point.id === data[0]?.id));
  });
});

const umbra = (apple: Apple): Promise<string> =>
  token(apple, {
    header: { kid: 'UMBRAADMIN' },
    privateKey: keys.umbra.privateKey,
    claims: { iss: otherIssuerId },
  });

describe('Who may read and write prices', () => {
  const prices = `/v1/subscriptions/${PRO}/prices`;
  const developer = (apple: Apple) =>
    token(apple, { header: { kid: 'DEVELOPER1' }, privateKey: keys.developer.privateKey });
  const individual = (apple: Apple) =>
    token(apple, {
      header: { kid: 'INDIVIDUAL' },
      privateKey: keys.individual.privateKey,
      claims: { iss: undefined, sub: 'user' },
    });

  it('a Finance key neither', async (context) => {
    const apple = await startPrices(context);
    for (const path of [prices, '/v1/territories']) {
      const { status, code } = await ask(apple, path);
      assert.deepEqual([status, code], [403, 'FORBIDDEN_ERROR']);
    }
    assert.equal((await ask(apple, '/v1/subscriptionPrices', { method: 'POST', body: '{}' })).status, 403);
  });

  it('a developer may read only', async (context) => {
    const apple = await startPrices(context);
    const bearer = await developer(apple);
    assert.equal((await call(apple, 'GET', prices, undefined, bearer)).status, 200);
    assert.equal((await call(apple, 'POST', '/v1/subscriptionPrices', {}, bearer)).status, 403);
  });

  it('an admin’s individual key may do both', async (context) => {
    const apple = await startPrices(context);
    const bearer = await individual(apple);
    assert.equal((await call(apple, 'GET', prices, undefined, bearer)).status, 200);
    const body = { data: { type: 'subscriptions', id: PRO, attributes: { name: 'Pro' } } };
    assert.equal((await call(apple, 'PATCH', `/v1/subscriptions/${PRO}`, body, bearer)).status, 200);
  });

  it('another team’s key finds nothing', async (context) => {
    const apple = await startPrices(context);
    const bearer = await umbra(apple);
    assert.equal((await call(apple, 'GET', prices, undefined, bearer)).status, 404);
    const body = { data: { type: 'subscriptions', id: PRO, attributes: { name: 'Theirs' } } };
    assert.equal((await call(apple, 'PATCH', `/v1/subscriptions/${PRO}`, body, bearer)).status, 404);
    const [price] = apple.simulator.prices.pricesOf('subscription', PRO);
    const path = `/v1/subscriptionPrices/${price?.id}`;
    assert.equal((await call(apple, 'DELETE', path, undefined, bearer)).status, 404);
  });

  it('nobody while an agreement is unsigned', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.setAgreement('acme', false);
    const { status, errors } = await get(apple, prices);
    assert.deepEqual([status, errors[0]?.code], [403, 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED']);
  });
});
