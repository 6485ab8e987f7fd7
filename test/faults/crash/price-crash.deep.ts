import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isOver } from '../../../functions/prices/store/change-record.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { ask, priceSettings, request, settled, TEN, told } from '../../end-to-end/prices/prices.ts';
import { killAt } from './kill-at.ts';

const CALLS_EXPECTED_AT_LEAST = 12;
/** Past every lease. */
const LEASE_MINUTES = 7;

/** Where each kind's changes are written. */
const WRITTEN_AT = {
  subscription: '/v1/subscriptionPrices',
  inAppPurchase: '/v1/inAppPurchasePriceSchedules',
};

type Kind = keyof typeof WRITTEN_AT;

describe('A price change whose worker is killed', () => {
  let world: World;
  let products = 0;

  before(async () => {
    world = await startWorld({
      now: TEN,
      settings: priceSettings({ maxChangesPerDay: 1000 }),
      // Once half the hour is used up every answer's count is shared, and a change makes more calls than another.
      simulator: { hourlyLimit: 1_000_000 },
    });
  });
  after(() => world.close());

  /** Each try has a product and a change of its own. */
  const fresh = (kind: Kind) => {
    products += 1;
    const id = String(7_000_000_000 + products);
    const common = { team: 'acme', id, prices: { USA: '49.99', FRA: '49.99' } };
    if (kind === 'subscription') world.simulator.prices.addSubscription(common);
    else world.simulator.prices.addInAppPurchase({ ...common, baseTerritory: 'USA' });
    const changeId = `${kind}-${products}`;
    return {
      id,
      changeId,
      json: request(changeId, { product: { kind, id }, prices: { USA: '44.99', FRA: '44.99' } }),
    };
  };

  /** What must hold however often it was killed. */
  const holds = async (kind: Kind, { id, changeId }: { id: string; changeId: string }, place: string) => {
    const record = await settled(
      world,
      changeId,
      (each) => isOver(each) && each.owed.length === 0,
      LEASE_MINUTES,
    );
    assert.equal(record.state, 'applied', `${place}: ${record.outcome} ${JSON.stringify(record.problems)}`);
    const day = new Date(world.clock.now() + 3 * 24 * 3_600_000).toISOString().slice(0, 10);
    const prices = world.simulator.prices.effective(kind, id, day);
    assert.deepEqual([prices.get('USA'), prices.get('FRA')], ['44.99', '44.99'], place);
    const changing = world.simulator.prices.history(kind, id).filter(({ changes }) => changes.length > 0);
    const territories = changing.flatMap(({ changes }) => changes.map(({ territory }) => territory));
    assert.equal(new Set(territories).size, territories.length, `${place}: a territory was changed twice`);
    assert.ok(told(world).includes(`Price Change Applied ${changeId}`), `${place}: nobody was told`);
  };

  /** The calls that a change makes, in a fresh worker: found by looking, not kept in a list by hand. */
  const callsOf = async (kind: Kind): Promise<string[]> => {
    await world.cloud.kill('ApplyPriceChange');
    const start = world.cloud.requests().length;
    const change = fresh(kind);
    await ask(world, change.json);
    await settled(world, change.changeId, (each) => isOver(each) && each.owed.length === 0);
    return world.cloud
      .requests()
      .slice(start)
      .filter(({ caller }) => caller.startsWith('ApplyPriceChange'))
      .map(({ service, operation, resource }) => `${service} ${operation} ${resource.split('/').at(-1)}`);
  };

  for (const kind of ['subscription', 'inAppPurchase'] as const) {
    it(`before any of its calls to AWS (${kind}): it takes effect once all the same, and is told`, async () => {
      const calls = await callsOf(kind);
      assert.ok(calls.length >= CALLS_EXPECTED_AT_LEAST, calls.join(', '));
      let kills = 0;
      for (const [index, call] of calls.entries()) {
        await world.cloud.kill('ApplyPriceChange');
        const change = fresh(kind);
        world.cloud.faults.clear();
        const killed = killAt(world, 'ApplyPriceChange', { index, when: 'before' });
        await ask(world, change.json);
        const place = `killed before ${call} (${index})`;
        for (let round = 0; !killed() && round < 200; round += 1) await wait(25);
        if (killed()) kills += 1;
        world.cloud.faults.clear();
        await holds(kind, change, place);
      }
      // What is shared of the request budget depends on the moment, so a run may come to a call or two fewer.
      assert.ok(kills >= calls.length - 3, `killed ${kills} times of ${calls.length}`);
    });

    it(`while its write is under way (${kind}): what Apple did is found by reading back`, async () => {
      // What the tests before have left, messages that come once more and idle workers: one worker is to be killed, that
      // of this change.
      await world.cloud.drain();
      await world.cloud.kill('ApplyPriceChange');
      const change = fresh(kind);
      world.simulator.faults.add({
        match: { method: 'POST', path: WRITTEN_AT[kind] },
        effect: { kind: 'latency', millis: 400 },
      });
      const before = world.simulator.requests().length;
      await ask(world, change.json);
      const sent = () =>
        world.simulator
          .requests()
          .slice(before)
          .filter(({ method }) => method === 'POST');
      for (let round = 0; sent().length === 0 && round < 400; round += 1) await wait(10);
      assert.equal(sent().length, 1, 'the write has gone out');
      assert.equal(await world.cloud.kill('ApplyPriceChange'), 1);
      await holds(kind, change, 'killed during the write');
      const writes = sent().map(({ body }) => JSON.stringify(body));
      assert.equal(new Set(writes).size, writes.length, 'no write was sent twice');
    });
  }
});
