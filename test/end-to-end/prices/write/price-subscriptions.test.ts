import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../../local/world/world.ts';
import {
  answerOf,
  asked,
  change,
  ending,
  pricesOn,
  readsBeforeWrite,
  startPrices,
  TODAY,
  TOMORROW,
  wish,
  writesOf,
} from '../price-teams.ts';
import { put } from '../prices.ts';

const BOTH = ['USA', 'FRA'];

describe('Prices of a subscription', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const product = (id: string, plan?: string) => ({ kind: 'subscription', id, ...(plan && { plan }) });
  const on = (id: string, day: string, territories = BOTH, plan?: 'MONTHLY') =>
    pricesOn(world, 'subscription', id, day, territories, plan);
  const add = (id: string, more: Record<string, unknown> = {}) =>
    world.simulator.prices.addSubscription({
      team: 'acme',
      id,
      prices: { USA: '49.99', FRA: '49.99' },
      ...more,
    });

  it('that has none yet are set in all territories by one request, at once', async () => {
    add('101', { prices: undefined });
    asked(world);
    const record = await change(world, {
      idempotencyKey: 'first',
      product: product('101'),
      equalizeFrom: { territory: 'USA', price: '49.99' },
    });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    const seen = asked(world);
    assert.deepEqual(writesOf(seen), ['PATCH /v1/subscriptions/101 200']);
    const effective = world.simulator.prices.effective('subscription', '101', TODAY);
    assert.deepEqual([effective.size, effective.get('USA')], [175, '49.99']);
  });

  it('are changed by one request for each territory that really changes, after ten reads at most', async () => {
    add('102', { territories: 'all' });
    // Two territories cost what 44.99 equals already.
    const equal = await change(world, {
      idempotencyKey: 'two-first',
      product: product('102'),
      prices: { USA: '44.99', FRA: '44.99' },
    });
    assert.equal(equal.state, 'applied');
    await world.pass(2 * 24 * 3_600_000);
    asked(world);
    await put(
      world,
      'Price Change Requested',
      wish({
        idempotencyKey: 'all',
        product: product('102'),
        equalizeFrom: { territory: 'USA', price: '44.99', except: ['CHN'] },
      }),
    );
    const record = await ending(world, 'all');
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    const seen = asked(world);
    // Four of prices, four of offers, two of availability.
    assert.ok(readsBeforeWrite(seen) <= 10, `${readsBeforeWrite(seen)} reads`);
    const writes = world.simulator.prices.history('subscription', '102').slice(2);
    const territories = writes.flatMap(({ changes }) => changes.map(({ territory }) => territory));
    assert.equal(writesOf(seen).length, writes.length);
    assert.ok(writes.every(({ changes, outcome }) => changes.length === 1 && outcome === 'applied'));
    assert.equal(new Set(territories).size, territories.length);
    assert.ok(territories.length > 150 && territories.length <= 172, String(territories.length));
    assert.ok(!territories.includes('CHN') && !territories.includes('USA'));
    await world.passTo(Date.parse('2026-11-24T18:05:00Z'));
  });

  it('change tomorrow, and today’s are never touched', async () => {
    add('103');
    await change(world, { idempotencyKey: 'later', product: product('103'), prices: { USA: '44.99' } });
    assert.deepEqual(
      [on('103', TODAY), on('103', TOMORROW)],
      [
        ['49.99', '49.99'],
        ['44.99', '49.99'],
      ],
    );
  });

  it('that are scheduled are replaced by another day or price, and taken away by the present one', async () => {
    add('104');
    const step = (idempotencyKey: string, price: string, startDate?: string) =>
      change(world, {
        idempotencyKey,
        product: product('104'),
        prices: { USA: price },
        ...(startDate && { startDate }),
        preserveCurrentPrice: true,
      });
    await step('s1', '44.99', '2026-12-01');
    await step('s2', '39.99', '2026-12-01');
    assert.deepEqual(
      ['2026-11-30', '2026-12-01'].map((day) => on('104', day)[0]),
      ['49.99', '39.99'],
    );
    await step('s3', '54.99', '2026-12-10');
    assert.deepEqual(
      ['2026-12-01', '2026-12-10'].map((day) => on('104', day)[0]),
      ['49.99', '54.99'],
    );
    asked(world);
    const removed = await step('s4', '49.99');
    assert.equal(removed.state, 'applied');
    assert.match(writesOf(asked(world)).join(), /^DELETE \/v1\/subscriptionPrices\/\S+ 204$/);
    assert.deepEqual(
      ['2026-12-01', '2026-12-10', '2027-01-01'].map((day) => on('104', day)[0]),
      ['49.99', '49.99', '49.99'],
    );
    assert.ok(
      world.simulator.prices
        .history('subscription', '104')
        .every(({ changes }) => changes.every(({ from }) => from > TODAY)),
    );
  });

  it('need no request where Apple has them', async () => {
    add('105');
    asked(world);
    const record = await change(world, {
      idempotencyKey: 'same',
      product: product('105'),
      prices: { USA: '49.990' },
    });
    assert.equal(record.outcome, 'applied: Apple had every price already; nothing was sent');
    assert.deepEqual(writesOf(asked(world)), []);
  });

  it('of the two plans are two lists: neither touches the other', async () => {
    add('106');
    const first = await change(world, {
      idempotencyKey: 'monthly-first',
      product: product('106', 'MONTHLY'),
      prices: { USA: '5.99', FRA: '5.99' },
    });
    assert.equal(first.state, 'applied', JSON.stringify(first.problems));
    const later = '2026-11-27';
    assert.deepEqual(
      [on('106', later, BOTH, 'MONTHLY'), on('106', later)],
      [
        ['5.99', '5.99'],
        ['49.99', '49.99'],
      ],
    );
    await world.pass(3 * 24 * 3_600_000);
    await change(world, {
      idempotencyKey: 'monthly',
      product: product('106', 'MONTHLY'),
      prices: { USA: '4.99' },
    });
    await change(world, { idempotencyKey: 'upfront', product: product('106'), prices: { USA: '44.99' } });
    const day = '2026-12-01';
    assert.deepEqual(
      [on('106', day, BOTH, 'MONTHLY'), on('106', day)],
      [
        ['4.99', '5.99'],
        ['44.99', '49.99'],
      ],
    );
    await world.passTo(Date.parse('2026-11-24T18:10:00Z'));
  });

  it('of one that nobody could buy yet change at once', async () => {
    add('107', { approved: false });
    const record = await change(world, {
      idempotencyKey: 'now',
      product: product('107'),
      prices: { USA: '44.99' },
      startDate: 'now',
    });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(on('107', TODAY), ['44.99', '49.99']);
  });

  it('rise for new subscribers only, or for all, as was chosen', async () => {
    add('108');
    await change(world, {
      idempotencyKey: 'rise',
      product: product('108'),
      prices: { USA: '54.99' },
      preserveCurrentPrice: true,
    });
    await change(world, {
      idempotencyKey: 'rise-all',
      product: product('108'),
      prices: { FRA: '54.99' },
      preserveCurrentPrice: false,
    });
    const kept = world.simulator.prices.pricesOf('subscription', '108').filter(({ preserved }) => preserved);
    assert.deepEqual(
      kept.map(({ territory, customerPrice }) => `${territory} ${customerPrice}`),
      ['USA 49.99'],
    );
  });

  it('are written in the order in which they were asked for', async () => {
    add('109');
    for (const [key, price] of [
      ['o1', '44.99'],
      ['o2', '39.99'],
      ['o3', '34.99'],
    ]) {
      const json = wish({ idempotencyKey: key, product: product('109'), prices: { USA: price } });
      assert.equal((await answerOf(world, json)).status, 'accepted');
    }
    await ending(world, 'o3');
    assert.equal(on('109', TOMORROW)[0], '34.99');
    const prices = world.simulator.prices
      .history('subscription', '109')
      .flatMap(({ changes }) => changes.map(({ after: to }) => to));
    assert.deepEqual(prices, ['44.99', '39.99', '34.99']);
  });

  describe('where Apple takes one scheduled price and no second one', () => {
    before(() => {
      world.simulator.behaviour.secondScheduledPrice = 'refused';
    });
    after(() => {
      world.simulator.behaviour.secondScheduledPrice = 'replaces';
    });

    it('the scheduled one is taken away first, then the new one is sent, each once', async () => {
      add('190');
      const later = { product: product('190'), prices: { USA: '44.99' }, startDate: '2026-12-10' };
      assert.equal((await change(world, { idempotencyKey: 'one-scheduled', ...later })).state, 'applied');
      asked(world);
      const sooner = { ...later, prices: { USA: '39.99' }, startDate: '2026-12-05' };
      const record = await change(world, { idempotencyKey: 'another-scheduled', ...sooner });
      assert.equal(record.state, 'applied', JSON.stringify(record.problems));
      assert.deepEqual(
        writesOf(asked(world)).map((write) =>
          write.replace(/subscriptionPrices\/\S+/, 'subscriptionPrices/…'),
        ),
        [
          'POST /v1/subscriptionPrices 409',
          'DELETE /v1/subscriptionPrices/… 204',
          'POST /v1/subscriptionPrices 201',
        ],
      );
      assert.deepEqual(on('190', '2026-12-06', ['USA']), ['39.99']);
      assert.deepEqual(on('190', '2026-12-11', ['USA']), ['39.99']);
    });
  });

  it('that start too early start on the day that Apple’s refusal names, in its live words', async () => {
    world.simulator.behaviour.earlyStartDate = 'relationship';
    world.simulator.behaviour.subscriptionLeadDays = 3;
    try {
      add('191');
      const record = await change(world, {
        idempotencyKey: 'named-day',
        product: product('191'),
        prices: { USA: '44.99' },
      });
      assert.deepEqual(
        [record.state, record.postponedTo],
        ['applied', '2026-11-27'],
        JSON.stringify(record.problems),
      );
      assert.deepEqual(on('191', '2026-11-26', ['USA']), ['49.99']);
      assert.deepEqual(on('191', '2026-11-27', ['USA']), ['44.99']);
    } finally {
      world.simulator.behaviour.earlyStartDate = 'attribute';
      world.simulator.behaviour.subscriptionLeadDays = 1;
    }
  });
});
