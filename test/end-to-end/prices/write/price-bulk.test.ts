import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../../local/world/world.ts';
import { asked, change, eventsOf, pricesOn, startPrices, TODAY, TOMORROW, writesOf } from '../price-teams.ts';

const BOTH = ['USA', 'FRA'];

describe('A team that writes a subscription’s prices in bulk', () => {
  let world: World;
  let products = 300;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  /** A live subscription with prices in both plans. */
  const add = (): string => {
    products += 1;
    const prices = { USA: '49.99', FRA: '49.99' };
    const monthlyPrices = { USA: '5.99', FRA: '5.99' };
    world.simulator.prices.addSubscription({ team: 'bulk', id: String(products), prices, monthlyPrices });
    return String(products);
  };
  const bulk = (idempotencyKey: string, id: string, more: Record<string, unknown>) =>
    change(world, {
      idempotencyKey,
      team: 'bulk',
      product: { kind: 'subscription', id },
      preserveCurrentPrice: true,
      ...more,
    });
  const on = (id: string, day: string, plan?: 'MONTHLY') =>
    pricesOn(world, 'subscription', id, day, BOTH, plan);

  for (const behaviour of ['accepted', 'accepted-and-replaces'] as const) {
    describe(`where Apple’s answer is: ${behaviour}`, () => {
      before(() => {
        world.simulator.behaviour.subscriptionBulkWrite = behaviour;
      });

      it('changes all territories by one request', async () => {
        const id = add();
        asked(world);
        const record = await bulk(`all-${behaviour}`, id, { prices: { USA: '44.99', FRA: '44.99' } });
        assert.equal(record.state, 'applied', JSON.stringify(record.problems));
        assert.deepEqual(writesOf(asked(world)), [`PATCH /v1/subscriptions/${id} 200`]);
        assert.deepEqual(
          [on(id, TODAY), on(id, TOMORROW)],
          [
            ['49.99', '49.99'],
            ['44.99', '44.99'],
          ],
        );
      });

      it('keeps what other territories have scheduled, and what their subscribers keep paying', async () => {
        const id = add();
        await bulk(`kept-1-${behaviour}`, id, { prices: { FRA: '54.99' }, startDate: '2026-12-01' });
        await bulk(`kept-2-${behaviour}`, id, { prices: { USA: '44.99' }, startDate: '2026-12-05' });
        assert.deepEqual(
          [on(id, '2026-12-01'), on(id, '2026-12-05')],
          [
            ['49.99', '54.99'],
            ['44.99', '54.99'],
          ],
        );
        const kept = world.simulator.prices.pricesOf('subscription', id).filter(({ preserved }) => preserved);
        assert.deepEqual(
          kept.map(({ territory, customerPrice }) => `${territory} ${customerPrice}`),
          ['FRA 49.99'],
        );
      });

      it('keeps what the other plan has scheduled', async () => {
        for (const listed of ['every-plan', 'up-front'] as const) {
          world.simulator.behaviour.subscriptionPricesWithoutPlan = listed;
          const id = add();
          const monthly = { kind: 'subscription', id, plan: 'MONTHLY' };
          const key = `${behaviour}-${listed}`;
          await bulk(`m-${key}`, id, { product: monthly, prices: { USA: '4.99' }, startDate: '2026-12-01' });
          await bulk(`u-${key}`, id, { prices: { FRA: '44.99' }, startDate: '2026-12-01' });
          await bulk(`n-${key}`, id, { product: monthly, prices: { FRA: '4.99' }, startDate: '2026-12-03' });
          assert.deepEqual(on(id, '2026-12-03', 'MONTHLY'), ['4.99', '4.99'], key);
          assert.deepEqual(on(id, '2026-12-03'), ['49.99', '44.99'], key);
        }
      });

      it('replaces a scheduled price, and takes one away', async () => {
        const id = add();
        await bulk(`r-1-${behaviour}`, id, {
          prices: { USA: '44.99', FRA: '44.99' },
          startDate: '2026-12-01',
        });
        await bulk(`r-2-${behaviour}`, id, {
          prices: { USA: '39.99', FRA: '49.99' },
          startDate: '2026-12-01',
        });
        assert.deepEqual(on(id, '2026-12-01'), ['39.99', '49.99']);
      });
    });
  }

  it('is told that Apple takes first prices only, and nothing took effect', async () => {
    world.simulator.behaviour.subscriptionBulkWrite = 'first-prices-only';
    const id = add();
    const record = await bulk('refused', id, { prices: { USA: '44.99', FRA: '44.99' } });
    assert.deepEqual(
      [record.state, record.outcome],
      ['failed', 'failed: no price of this change took effect'],
    );
    assert.match(
      record.problems.map(({ message }) => message).join(),
      /^STATE_ERROR: Initial price cannot be created again.*perTerritory/,
    );
    assert.deepEqual(on(id, TOMORROW), ['49.99', '49.99']);
    assert.deepEqual(eventsOf(world, 'refused'), ['Price Change Failed']);
  });
});
