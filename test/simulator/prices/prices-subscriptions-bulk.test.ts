import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blamed, december, get, pointId, ref, startPrices, today } from './prices-client.ts';
import { type Asked, before, listed, PRO, patch, post, pricePoints, send } from './subscription-requests.ts';

describe('PATCH /v1/subscriptions/{id} with prices', () => {
  const two: Asked[] = [
    { territory: 'USA', price: '59.99', attributes: { startDate: december } },
    { territory: 'FRA', price: '59.99', attributes: { startDate: december } },
  ];

  it('gives a new subscription all its first prices at once', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({ team: 'acme', id: '9' });
    const first = [
      { territory: 'USA', price: '9.99' },
      { territory: 'JPN', price: '1500', attributes: { startDate: null } },
    ];
    const { status, data } = await send(apple, await patch(apple, first, '9'));
    assert.deepEqual([status, data[0]?.id], [200, '9']);
    assert.deepEqual(listed(apple, '9'), ['JPN 1500 now', 'USA 9.99 now']);
  });

  it('gives a new subscription the equal price in every territory', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addSubscription({ team: 'acme', id: '9' });
    const base = await pointId(apple, pricePoints('9'), 'USA', '9.99');
    const path = `/v1/subscriptionPricePoints/${base}/equalizations`;
    const { data: equal } = await get(apple, `${path}?limit=8000`);
    const included = [base, ...equal.map(({ id }) => id)].map((point, at) => ({
      type: 'subscriptionPrices',
      id: `\${${at}}`,
      relationships: { subscriptionPricePoint: ref('subscriptionPricePoints', point) },
    }));
    const prices = { data: included.map(({ type, id }) => ({ type, id })) };
    const data = { type: 'subscriptions', id: '9', relationships: { prices } };
    assert.equal((await send(apple, { data, included })).status, 200);
    apple.simulator.prices.addSubscription({
      team: 'acme',
      id: '10',
      prices: { USA: '9.99' },
      territories: 'all',
    });
    const effective = (id: string) => apple.simulator.prices.effective('subscription', id, today);
    assert.deepEqual(new Map([...effective('9')].sort()), new Map([...effective('10')].sort()));
    const { data: territories } = await get(apple, '/v1/territories?limit=200');
    assert.equal(effective('9').size, territories.length);
  });

  it('is refused by default where there are prices already', async (context) => {
    const apple = await startPrices(context);
    const answer = await send(apple, await patch(apple, two));
    assert.deepEqual([answer.status, blamed(answer)], [409, ['STATE_ERROR /data/relationships/prices']]);
    assert.deepEqual(listed(apple), before);
  });

  it('where it is accepted, adds the changes to what is there', async (context) => {
    const apple = await startPrices(context, { behaviour: { subscriptionBulkWrite: 'accepted' } });
    await post(apple, { territory: 'JPN', price: '8000', attributes: { startDate: december } });
    assert.equal((await send(apple, await patch(apple, two))).status, 200);
    assert.deepEqual(listed(apple).sort(), [
      'FRA 49.99 now',
      `FRA 59.99 ${december}`,
      'JPN 7500 now',
      `JPN 8000 ${december}`,
      'USA 49.99 now',
      `USA 59.99 ${december}`,
    ]);
  });

  it('where it replaces, removes the scheduled and preserved prices that it does not name', async (context) => {
    const apple = await startPrices(context, {
      behaviour: { subscriptionBulkWrite: 'accepted-and-replaces' },
    });
    const preserving = { startDate: december, preserveCurrentPrice: true };
    await post(apple, { territory: 'JPN', price: '8000', attributes: preserving });
    assert.equal((await send(apple, await patch(apple, two.slice(0, 1)))).status, 200);
    assert.deepEqual(listed(apple), [...before, `USA 59.99 ${december}`]);
  });

  it('names every failing item, and then nothing takes effect', async (context) => {
    const apple = await startPrices(context, { behaviour: { subscriptionBulkWrite: 'accepted' } });
    const body = await patch(apple, [
      ...two,
      { territory: 'JPN', price: '8000', attributes: { startDate: today } },
      { territory: 'DEU', price: '49.99' },
    ]);
    const german = body.included[3];
    if (german !== undefined) german.relationships.subscriptionPricePoint.data.id = 'bm9uc2Vuc2U';
    const answer = await send(apple, body);
    assert.equal(answer.status, 409);
    assert.deepEqual(blamed(answer), [
      'ENTITY_ERROR.ATTRIBUTE.INVALID /included/2/attributes/startDate',
      'ENTITY_ERROR.RELATIONSHIP.INVALID /included/3/relationships/subscriptionPricePoint',
    ]);
    assert.deepEqual(listed(apple), before);
  });

  it('refuses local ids that lead nowhere, have another form or name nothing', async (context) => {
    const apple = await startPrices(context, { behaviour: { subscriptionBulkWrite: 'accepted' } });
    const body = await patch(apple, two);
    const [first, second] = body.included;
    if (first === undefined || second === undefined) throw new Error('Two items were expected.');
    first.id = '0';
    second.id = `\${other}`;
    assert.deepEqual(blamed(await send(apple, body)), [
      'ENTITY_ERROR.RELATIONSHIP.INVALID /data/relationships/prices/data/0',
      'ENTITY_ERROR.RELATIONSHIP.INVALID /data/relationships/prices/data/1',
      'ENTITY_ERROR.INCLUDED.INVALID_ID /included/0/id',
      'ENTITY_ERROR.INCLUDED.INVALID_ID /included/1/id',
    ]);
  });

  it('refuses two prices for one territory', async (context) => {
    const apple = await startPrices(context, { behaviour: { subscriptionBulkWrite: 'accepted' } });
    const [usa] = two;
    const body = await patch(apple, [
      ...two,
      { territory: 'USA', price: '69.99', ...(usa?.attributes && { attributes: usa.attributes }) },
    ]);
    assert.deepEqual(blamed(await send(apple, body)), [
      'ENTITY_ERROR.RELATIONSHIP.INVALID /included/2/relationships/territory',
    ]);
  });

  it('without prices changes the name', async (context) => {
    const apple = await startPrices(context);
    const data = { type: 'subscriptions', id: PRO, attributes: { name: 'Pro' } };
    const answer = await send(apple, { data });
    assert.deepEqual([answer.status, answer.data[0]?.attributes['name']], [200, 'Pro']);
    assert.deepEqual(listed(apple), before);
  });
});
