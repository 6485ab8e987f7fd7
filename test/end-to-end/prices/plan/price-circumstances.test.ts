import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../../local/world/world.ts';
import { answerOf, change, startPrices, wish } from '../price-teams.ts';

/** What a plan says beside the prices: offers, seats and volume tiers, availability. */
describe('A plan of a subscription', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
    const { prices } = world.simulator;
    prices.addSubscription({
      team: 'acme',
      id: '801',
      period: 'ONE_MONTH',
      prices: { USA: '9.99', FRA: '9.99', YEM: '9.99' },
      availableIn: ['USA', 'FRA'],
    });
    prices.addOffer('801', {
      kind: 'introductory',
      mode: 'PAY_AS_YOU_GO',
      duration: 'ONE_MONTH',
      periods: 3,
      prices: { USA: '4.99', FRA: '3.99' },
    });
    prices.addOffer('801', {
      kind: 'winBack',
      name: 'Come back',
      mode: 'PAY_UP_FRONT',
      duration: 'ONE_MONTH',
      prices: { USA: '1.99' },
    });
    prices.addSubscription({
      team: 'acme',
      id: '802',
      prices: { USA: '9.99' },
      multiSeatStatus: 'ENABLED',
      volumeTiersIn: ['USA'],
    });
    prices.addInAppPurchase({
      team: 'acme',
      id: '803',
      prices: { USA: '9.99' },
      availableIn: ['USA'],
    });
  });
  after(() => world.close());

  const plan = async (id: string, prices: Record<string, string>, more: Record<string, unknown> = {}) =>
    answerOf(
      world,
      wish({
        idempotencyKey: `dry-${id}`,
        product: { kind: 'subscription', id },
        prices,
        preserveCurrentPrice: true,
        dryRun: true,
        ...more,
      }),
    );

  it('lists its offers, and warns of those that are not below the new price any more', async () => {
    const around = (await plan('801', { USA: '4.99', FRA: '4.99' })).plan?.circumstances;
    assert.deepEqual(
      around?.offers?.map(({ kind, name, territories, notBelow }) => [
        kind,
        name,
        territories,
        notBelow.map(({ territory }) => territory),
      ]),
      [
        ['introductory', null, ['FRA', 'USA'], ['USA']],
        ['winBack', 'Come back', ['USA'], []],
      ],
    );
    assert.match(around?.notes.join(' ') ?? '', /is not below the new price any more in USA/);
  });

  it('says where the product is not on sale', async () => {
    const { plan: made } = await plan('801', { USA: '8.99', YEM: '8.99' });
    assert.deepEqual(made?.circumstances?.notOnSale, ['YEM']);
    const purchase = await plan(
      '803',
      { USA: '8.99', DEU: '7.99' },
      { product: { kind: 'inAppPurchase', id: '803' }, preserveCurrentPrice: undefined },
    );
    assert.deepEqual(purchase.plan?.circumstances?.notOnSale, ['DEU']);
  });

  it('is refused where it may take volume tiers away, unless the request says so', async () => {
    const refused = await plan('802', { USA: '8.99' });
    assert.equal(refused.status, 'rejected');
    assert.match(refused.problems?.[0]?.message ?? '', /USA may have volume tiers.*"dropVolumeTiers": true/);
    assert.deepEqual([...(world.simulator.prices.subscription('802', 'acme')?.volumeTiersIn ?? [])], ['USA']);
    const record = await change(world, {
      idempotencyKey: 'tiers',
      product: { kind: 'subscription', id: '802' },
      prices: { USA: '8.99' },
      dropVolumeTiers: true,
    });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    await world.cloud.drain();
    assert.match(
      JSON.stringify(world.cloud.notifications().at(-1)),
      /Volume tiers \(lower prices per seat for larger purchases\) that USA may have are taken away/,
    );
    const back = await answerOf(world, {
      rollback: { team: 'acme', changeId: 'tiers', requestedBy: 'cfo@acme.example', dryRun: true },
    });
    assert.equal(back.status, 'planned', JSON.stringify(back.problems));
  });

  it('is made without what Apple does not answer, and says what that was', async () => {
    world.simulator.faults.add({
      match: { path: '/v1/subscriptions/801/winBackOffers' },
      effect: { kind: 'html' },
    });
    const { plan: made, status } = await plan('801', { USA: '7.99' });
    assert.equal(status, 'planned');
    assert.match(made?.circumstances?.notes.join(' ') ?? '', /Could not be read now: win-back offers\./);
  });
});
