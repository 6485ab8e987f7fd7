import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../../local/world/world.ts';
import { answerOf, asked, change, ending, startPrices, wish, writesOf } from '../price-teams.ts';

/** Introductory offers through the real handlers: planned, exactly once, read back, audited, taken back. */
describe('Introductory offers', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const add = (id: string): void =>
    world.simulator.prices.addSubscription({
      team: 'acme',
      id,
      period: 'ONE_MONTH',
      prices: { USA: '9.99', FRA: '9.99', JPN: '1600' },
    });
  const offers = (id: string): string[] =>
    world.simulator.prices
      .offersOf(id, 'introductory')
      .map(
        ({ mode, duration, periods, endDate, prices: [price] }) =>
          `${price?.territory} ${mode} ${duration} x${periods} ${price?.point?.minor ?? 'free'}${endDate === null ? '' : ` until ${endDate}`}`,
      )
      .toSorted();
  const request = (id: string, idempotencyKey: string, more: Record<string, unknown>) =>
    wish({ idempotencyKey, product: { kind: 'subscription', id }, ...more });
  const paid = (duration: string, periods = 1, more: Record<string, unknown> = {}) => ({
    introductoryOffer: { mode: 'PAY_AS_YOU_GO', duration, periods, ...more },
  });

  it('are made, one request per territory, and no second time', async () => {
    add('901');
    const wanted = request('901', 'intro', {
      ...paid('ONE_MONTH', 3, { endDate: '2027-01-31' }),
      prices: { USA: '4.99', FRA: '5.99' },
    });
    const dry = await answerOf(world, { ...wanted, dryRun: true });
    assert.deepEqual(
      dry.plan?.entries.map(({ territory, kind, after: [offer] }) => [territory, kind, offer?.terms]),
      [
        ['FRA', 'first', 'PAY_AS_YOU_GO ONE_MONTH x3'],
        ['USA', 'first', 'PAY_AS_YOU_GO ONE_MONTH x3'],
      ],
    );
    asked(world);
    const record = await change(world, wanted);
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(writesOf(asked(world)), [
      'POST /v1/subscriptionIntroductoryOffers 201',
      'POST /v1/subscriptionIntroductoryOffers 201',
    ]);
    assert.deepEqual(offers('901'), [
      'FRA PAY_AS_YOU_GO ONE_MONTH x3 599 until 2027-01-31',
      'USA PAY_AS_YOU_GO ONE_MONTH x3 499 until 2027-01-31',
    ]);
    assert.equal((await answerOf(world, wanted)).status, 'duplicate');
    const again = await change(world, { ...wanted, idempotencyKey: 'intro-again' });
    assert.equal(again.state, 'applied');
    assert.deepEqual(writesOf(asked(world)), []);
  });

  it('are replaced where others are, by a deletion and a creation, and taken back by a rollback', async () => {
    add('902');
    world.simulator.prices.addOffer('902', {
      kind: 'introductory',
      mode: 'PAY_UP_FRONT',
      duration: 'TWO_MONTHS',
      prices: { USA: '7.99', FRA: '7.99' },
    });
    const before = offers('902');
    const record = await change(
      world,
      request('902', 'trial', {
        introductoryOffer: { mode: 'FREE_TRIAL', duration: 'ONE_WEEK', territories: ['USA', 'FRA'] },
      }),
    );
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(offers('902'), ['FRA FREE_TRIAL ONE_WEEK x1 free', 'USA FREE_TRIAL ONE_WEEK x1 free']);
    const back = await answerOf(world, {
      rollback: { team: 'acme', changeId: 'trial', requestedBy: 'cfo@acme.example' },
    });
    assert.equal(back.status, 'accepted', JSON.stringify(back.problems));
    assert.equal((await ending(world, back.changeId ?? '')).state, 'applied');
    assert.deepEqual(offers('902'), before);
  });

  it('end where the request says so, and first ones are taken back by ending', async () => {
    add('903');
    const made = await change(
      world,
      request('903', 'first', { ...paid('ONE_MONTH'), prices: { USA: '4.99' } }),
    );
    assert.equal(made.state, 'applied');
    const back = await answerOf(world, {
      rollback: { team: 'acme', changeId: 'first', requestedBy: 'cfo@acme.example' },
    });
    assert.equal((await ending(world, back.changeId ?? '')).state, 'applied');
    assert.deepEqual(offers('903'), []);
    const none = await change(
      world,
      request('903', 'none', { introductoryOffer: { remove: true, territories: ['USA'] } }),
    );
    assert.equal(none.state, 'applied');
  });

  it('are made once though the answer is lost and the worker dies', async () => {
    add('904');
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionIntroductoryOffers', nth: 2 },
      effect: { kind: 'dropAfter' },
    });
    await answerOf(
      world,
      request('904', 'lost', {
        ...paid('ONE_MONTH'),
        prices: { USA: '4.99', FRA: '4.99', JPN: '800' },
      }),
    );
    const record = await ending(world, 'lost', { minutesARound: 3 });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.equal(offers('904').length, 3);
    const posts = world.simulator.prices
      .history('subscription', '904')
      .filter(({ method }) => method === 'POST');
    assert.deepEqual(
      posts.map(({ outcome }) => outcome),
      ['applied', 'applied', 'applied'],
    );
  });

  it('are refused where they are none, with every reason and nothing sent', async () => {
    add('905');
    asked(world);
    const problems = async (more: Record<string, unknown>) =>
      (await answerOf(world, request('905', 'bad', { dryRun: true, ...more }))).problems?.map(
        ({ path }) => path,
      );
    assert.deepEqual(await problems({ ...paid('ONE_MONTH'), prices: { USA: '9.99', GBR: '4.99' } }), [
      'introductoryOffer.GBR',
      'introductoryOffer.USA',
    ]);
    assert.deepEqual(
      await problems({
        introductoryOffer: { mode: 'FREE_TRIAL', duration: 'ONE_WEEK' },
        prices: { USA: '0.99' },
        preserveCurrentPrice: true,
      }),
      ['introductoryOffer.territories', 'prices', 'preserveCurrentPrice'],
    );
    assert.deepEqual(writesOf(asked(world)), []);
  });
});
