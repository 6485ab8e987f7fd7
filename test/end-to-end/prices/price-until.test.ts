import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import type { World } from '../../../local/world/world.ts';
import {
  answerOf,
  approvalAnswer,
  asked,
  change,
  ending,
  eventsOf,
  newSubscription,
  pricesOn,
  recordOf,
  startPrices,
  TODAY,
  wish,
  writesOf,
} from './price-teams.ts';
import { ask, MINUTE, TEN } from './prices.ts';

const DAY = 24 * 60 * MINUTE;
const UNTIL = '2026-12-10';
const IN_DECEMBER = '2026-12-01';

describe('A temporary price', () => {
  let world: World;
  let products = 7000;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const on = (kind: 'subscription' | 'inAppPurchase' | 'app', id: string, day: string) =>
    pricesOn(world, kind, id, day, ['USA', 'FRA']);
  /** Lets days pass, with a sweep on each. */
  const days = async (count: number): Promise<void> => {
    for (let day = 0; day < count; day += 1) {
      await world.pass(DAY);
      await ask(world, { sweep: true });
    }
  };
  const backOf = async (changeId: string, team = 'acme'): Promise<ChangeRecord> => {
    const name = (await recordOf(world, changeId, team))?.wayBack?.changeId;
    assert.ok(name !== undefined, 'no way back was asked for');
    return ending(world, name, { team });
  };

  for (const kind of ['inAppPurchase', 'app'] as const) {
    it(`of an ${kind === 'app' ? 'app' : 'in-app purchase'} is one write with its end, and territories follow it both ways`, async () => {
      products += 1;
      const id = String(products);
      const input = { team: 'acme', id, prices: { USA: '9.99' }, onlyIn: ['USA', 'FRA'] };
      if (kind === 'app') world.simulator.prices.addApp(input);
      else world.simulator.prices.addInAppPurchase(input);
      const before = on(kind, id, TODAY);
      asked(world);
      const record = await change(world, {
        idempotencyKey: `sale-${id}`,
        product: { kind, id },
        prices: { USA: '7.99' },
        until: UNTIL,
      });
      assert.equal(record.state, 'applied', JSON.stringify(record.problems));
      assert.equal(writesOf(asked(world)).length, 1);
      assert.equal(on(kind, id, IN_DECEMBER)[0], '7.99');
      assert.notEqual(on(kind, id, IN_DECEMBER)[1], before[1]);
      assert.deepEqual(on(kind, id, UNTIL), before);
      assert.equal(record.wayBack, undefined, 'Apple keeps the end');
    });
  }

  it('of a subscription comes back by a change of its own, asked for once it has started, beyond every limit', async () => {
    const id = newSubscription(world, { team: 'strict' });
    const json = {
      team: 'strict',
      idempotencyKey: 'strict-sale',
      product: { kind: 'subscription', id },
      prices: { USA: '47.99' },
      until: UNTIL,
      preserveCurrentPrice: false,
    };
    const dry = await answerOf(world, wish({ ...json, dryRun: true }));
    assert.deepEqual(dry.plan?.wayBack, {
      on: UNTIL,
      prices: [{ territory: 'USA', price: '49.99', currency: 'USD' }],
    });
    const record = await change(world, json);
    assert.deepEqual(
      [record.state, record.wayBack?.attempts],
      ['applied', 0],
      JSON.stringify(record.problems),
    );
    await ask(world, { sweep: true });
    assert.equal(
      (await recordOf(world, 'strict-sale', 'strict'))?.wayBack?.changeId,
      undefined,
      'not started',
    );
    await days(1);
    const back = await backOf('strict-sale', 'strict');
    assert.deepEqual([back.state, back.request.startDate], ['applied', UNTIL], JSON.stringify(back.problems));
    assert.equal(on('subscription', id, IN_DECEMBER)[0], '47.99');
    assert.equal(on('subscription', id, UNTIL)[0], '49.99');
    await ask(world, { sweep: true });
    const ended = await recordOf(world, 'strict-sale', 'strict');
    assert.match(ended?.wayBack?.outcome ?? '', /has set the prices of before from 2026-12-10 on/);
    await world.passTo(TEN);
  });

  it('needs one approval, for both ways', async () => {
    const id = newSubscription(world, { team: 'careful' });
    const json = wish({
      team: 'careful',
      idempotencyKey: 'careful-sale',
      product: { kind: 'subscription', id },
      prices: { USA: '39.99' },
      until: UNTIL,
      preserveCurrentPrice: false,
    });
    assert.equal((await answerOf(world, json)).status, 'accepted');
    const planned = await ending(world, 'careful-sale', {
      team: 'careful',
      reached: ({ state }) => state === 'planned',
    });
    const { planSha256 } = planned;
    await approvalAnswer(world, {
      team: 'careful',
      changeId: 'careful-sale',
      planSha256,
      by: 'ceo@acme.example',
    });
    assert.equal((await ending(world, 'careful-sale', { team: 'careful' })).state, 'applied');
    await days(1);
    const back = await backOf('careful-sale', 'careful');
    assert.deepEqual([back.state, back.approval], ['applied', undefined]);
    await world.passTo(TEN);
  });

  it('is taken back by the next attempt where one has failed, however late', async () => {
    const id = newSubscription(world);
    await change(world, {
      idempotencyKey: 'stubborn',
      product: { kind: 'subscription', id },
      prices: { USA: '39.99' },
      until: '2026-11-27',
      preserveCurrentPrice: false,
    });
    const refusing = world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices' },
      times: Infinity,
      effect: { kind: 'status', status: 409, code: 'STATE_ERROR', detail: 'Not today.' },
    });
    await days(1);
    assert.equal((await backOf('stubborn')).state, 'failed');
    refusing.remove();
    await days(3);
    const back = await backOf('stubborn');
    assert.deepEqual([back.state, back.changeId], ['applied', 'until-2026-11-27.2/stubborn']);
    const day = new Date(world.clock.now() + 2 * DAY).toISOString().slice(0, 10);
    assert.equal(on('subscription', id, day)[0], '49.99');
    assert.deepEqual(eventsOf(world, back.changeId), ['Price Change Applied']);
    await world.passTo(TEN);
  });

  it('that was rolled back, or priced anew by a later change, has no way back', async () => {
    const [one, other] = [newSubscription(world), newSubscription(world)];
    const sale = (id: string, idempotencyKey: string) =>
      change(world, {
        idempotencyKey,
        product: { kind: 'subscription', id },
        prices: { USA: '39.99' },
        until: UNTIL,
        preserveCurrentPrice: false,
      });
    await sale(one, 'taken-back');
    await sale(other, 'priced-anew');
    await ask(world, {
      rollback: {
        team: 'acme',
        changeId: 'taken-back',
        requestedBy: 'cfo@acme.example',
        preserveCurrentPrice: true,
      },
    });
    await ending(world, 'rollback-of/taken-back');
    await change(world, {
      idempotencyKey: 'anew',
      product: { kind: 'subscription', id: other },
      prices: { USA: '44.99' },
      preserveCurrentPrice: true,
    });
    await days(2);
    const outcomes = await Promise.all(
      ['taken-back', 'priced-anew'].map(async (name) => (await recordOf(world, name))?.wayBack?.outcome),
    );
    assert.match(outcomes[0] ?? '', /not needed: rollback-of\/taken-back has rolled the change back/);
    assert.match(outcomes[1] ?? '', /not needed: later changes decide every price/);
    assert.deepEqual(
      [one, other].map((id) => on('subscription', id, UNTIL)[0]),
      ['49.99', '44.99'],
    );
    await world.passTo(TEN);
  });

  it('is refused where there is no way back, or where nobody has said what subscribers pay then', async () => {
    const id = newSubscription(world);
    const problems = async (more: object): Promise<string> => {
      const answer = await answerOf(
        world,
        wish({
          idempotencyKey: 'no-way',
          product: { kind: 'subscription', id },
          prices: { USA: '39.99' },
          until: UNTIL,
          dryRun: true,
          ...more,
        }),
      );
      return (answer.problems ?? []).map(({ path, message }) => `${path}: ${message}`).join('\n');
    };
    assert.match(await problems({}), /preserveCurrentPrice: on 2026-12-10 the price goes up again/);
    const preserveCurrentPrice = true;
    assert.match(
      await problems({ preserveCurrentPrice, until: '2026-11-26' }),
      /2026-11-27 is the first day/,
    );
    assert.match(
      await problems({ preserveCurrentPrice, prices: { GBR: '39.99' } }),
      /until: GBR has no price to go back to/,
    );
    assert.match(await problems({ preserveCurrentPrice, removeScheduled: true }), /cannot be combined/);
    assert.match(
      await problems({ preserveCurrentPrice, returnOf: 'x' }),
      /returnOf: is set by this product only/,
    );
  });
});
