import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../../local/world/world.ts';
import {
  ask,
  changeOf,
  MINUTE,
  priceSettings,
  put,
  request,
  SUBSCRIPTION,
  settled,
  TEN,
  told,
} from './prices.ts';

describe('A price change', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: TEN, settings: priceSettings() });
    world.simulator.prices.addSubscription({
      team: 'acme',
      id: SUBSCRIPTION.id,
      prices: { USA: '49.99' },
      territories: 'all',
    });
  });
  after(() => world.close());

  it('takes effect over the bus, is proved by reading back, and is told', async () => {
    await put(world, 'Price Change Requested', request('sale'));
    const record = await settled(world, 'sale');
    assert.equal(record.state, 'applied');
    await world.cloud.drain();
    const tomorrow = world.simulator.prices.effective('subscription', SUBSCRIPTION.id, '2026-11-26');
    assert.deepEqual([tomorrow.get('USA'), tomorrow.get('FRA')], ['44.99', '44.99']);
    const today = world.simulator.prices.effective('subscription', SUBSCRIPTION.id, '2026-11-24');
    assert.equal(today.get('USA'), '49.99');
    assert.ok(told(world).includes('Price Change Applied sale'));
  });

  it('is answered as a duplicate when it comes again, and sends nothing', async () => {
    const before = world.simulator.prices.history('subscription', SUBSCRIPTION.id).length;
    assert.deepEqual(await ask(world, request('sale')), {
      status: 'duplicate',
      changeId: 'sale',
      state: 'applied',
      outcome: 'applied: Apple shows every price that was asked for',
    });
    assert.equal(world.simulator.prices.history('subscription', SUBSCRIPTION.id).length, before);
  });

  it('is refused under a key that another request has', async () => {
    const answer = await ask(world, request('sale', { prices: { USA: '39.99' } }));
    assert.match(JSON.stringify(answer), /"status":"rejected".*in use by another request/);
    assert.equal((await changeOf(world, 'sale'))?.state, 'applied');
  });

  it('is over before a day passes in this world: no test depends on which of the two is faster', async () => {
    const asked = world.clock.now();
    await ask(world, request('quick', { prices: { USA: '43.99' } }));
    await world.pass(24 * 60 * MINUTE);
    const record = await changeOf(world, 'quick');
    assert.equal(record?.state, 'applied');
    assert.ok(record.movedAt < asked + 60 * MINUTE, 'it ended on the day on which it began');
    assert.deepEqual([record.owed, told(world).includes('Price Change Applied quick')], [[], true]);
  });
});
