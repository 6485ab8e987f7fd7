import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { VERIFY_WAITS_MILLIS } from '../../../functions/prices/apply/stages/verify-change.ts';
import { pricePointAt } from '../../../local/simulator/prices/price-points.ts';
import type { World } from '../../../local/world/world.ts';
import { ask, changeOf, request, SUBSCRIPTION, settled } from '../../end-to-end/prices/prices.ts';
import {
  assertOn,
  checkAndCompare,
  DAY,
  DESIRED_PRICES,
  FIRST_MORNING,
  failing,
  hour,
  hours,
  MINUTE,
  PRICE_NOT_SHOWN,
  PRICE_REFUSED,
  PRICES_LIMITED,
  quietMorning,
  sendTo,
  startWatchedWorld,
  sweepTwice,
  upload,
} from './alarm-world.ts';

describe('Failures of price changes, and the alarms they trip', () => {
  let world: World;
  let morning = FIRST_MORNING;
  before(async () => {
    world = await startWatchedWorld();
  });
  after(() => world.close());

  const nextMorning = async (): Promise<void> => {
    morning += DAY;
    await quietMorning(world, morning);
  };
  const over = async (): Promise<void> => {
    world.simulator.faults.clear();
    world.cloud.faults.clear();
    await hours(world, 2);
    await assertOn(world);
  };

  it('a price change that is applied: none', async () => {
    await nextMorning();
    await ask(world, request('fine'));
    assert.equal((await settled(world, 'fine')).state, 'applied');
    await hours(world, 2);
    await assertOn(world);
  });

  it('a request that is refused for its limits: none, its asker has the answer', async () => {
    await nextMorning();
    await ask(world, request('greedy', { prices: { USA: '499.99' }, preserveCurrentPrice: true }));
    assert.equal((await settled(world, 'greedy')).state, 'rejected');
    await assertOn(world);
  });

  it('Apple refuses the write for good', async () => {
    await nextMorning();
    world.simulator.faults.add(PRICE_REFUSED);
    await ask(world, request('refused', { prices: { USA: '43.99' } }));
    assert.equal((await settled(world, 'refused')).state, 'failed');
    await assertOn(world, 'PriceChangeFailed');
    await over();
  });

  it('somebody changes the app’s price on Apple’s page, again and again', async () => {
    await nextMorning();
    const app = { kind: 'app', id: '900000001' } as const;
    world.simulator.prices.addApp({ team: 'acme', id: app.id, prices: { USA: '9.99' } });
    const byHand = ['8.99', '9.49', '7.99', '9.99', '8.99'];
    world.cloud.faults.add({
      service: 's3',
      operation: 'PutObject',
      match: ({ path }) => path.includes('/000-plan-'),
      times: 10,
      effect: {
        when: 'after',
        call: () => {
          const point = pricePointAt({ ...app, plan: 'UPFRONT' }, 'USA', byHand.pop() ?? '9.99');
          const prices = [{ point, startDate: null, endDate: null }];
          world.simulator.prices.scheduled('app', app.id, 'acme')?.replace('USA', prices, '2026-11-25');
        },
      },
    });
    await ask(world, request('race', { product: app, prices: { USA: '8.49' }, startDate: 'now' }));
    assert.equal((await settled(world, 'race')).state, 'unsettled');
    await assertOn(world, 'PriceChangeUnsettled');
    await over();
  });

  it('Apple acknowledges a write and shows nothing of it for two hours', async () => {
    await nextMorning();
    world.simulator.faults.add(PRICE_NOT_SHOWN);
    world.simulator.clearRequests();
    const asked = world.clock.now();
    await ask(world, request('unshown', { prices: { USA: '42.99' } }));
    const waits = await settled(world, 'unshown', ({ state }) => state === 'verifying');
    assert.equal(waits.verification?.looks, 1);
    // An hour and a half later it is still read back, at growing distances, and nothing is wrong yet.
    await settled(
      world,
      'unshown',
      ({ verification }) => verification?.looks === VERIFY_WAITS_MILLIS.length,
      5,
    );
    await assertOn(world);
    const record = await settled(world, 'unshown', undefined, 10);
    assert.equal(record.state, 'unsettled');
    assert.ok(world.clock.now() - asked >= VERIFY_WAITS_MILLIS.reduce((sum, wait) => sum + wait, 0));
    assert.match(
      record.problems.map(({ path, message }) => `${path}: ${message}`).join(),
      /^USA: Apple acknowledged \d+\.99, then 42\.99 from 2026-\d\d-\d\d and shows \d+\.99$/,
    );
    await assertOn(world, 'PriceChangeUnsettled');
    // Nothing was sent again in all that time.
    const writes = world.simulator.requests().filter(({ method }) => method !== 'GET');
    assert.deepEqual(
      writes.map(({ method, status }) => `${method} ${status}`),
      ['POST 201'],
    );
    await over();
  });

  it('nobody approves for a day', async () => {
    await nextMorning();
    const notAfter = new Date(morning + 2 * DAY).toISOString();
    await ask(world, request('waits', { prices: { USA: '14.99' }, notAfter }));
    await settled(world, 'waits', ({ state }) => state === 'planned');
    await hours(world, 2);
    await assertOn(world);
    await nextDay();
    await assertOn(world, 'PriceChangeWaiting');
    await world.pass(DAY);
    await checkAndCompare(world);
    await over();
    assert.equal((await changeOf(world, 'waits'))?.state, 'rejected');
  });
  const nextDay = async (): Promise<void> => {
    await world.pass(DAY);
    await checkAndCompare(world);
    await hour(world);
  };

  it('Apple takes no write for more than an hour', async () => {
    morning += 3 * DAY;
    await nextMorning();
    world.simulator.faults.add(PRICES_LIMITED);
    await ask(world, request('slow', { prices: { USA: '41.99' } }));
    for (let quarter = 0; quarter < 6; quarter += 1) await sweepTwice(world);
    await world.cloud.invoke('PlanReports');
    await assertOn(world, 'PriceChangeStuck');
    world.simulator.faults.clear();
    assert.equal((await settled(world, 'slow', undefined, 1)).state, 'applied');
    await over();
  });

  it('somebody has switched the sweep’s schedule off', async () => {
    await nextMorning();
    await world.pass(31 * MINUTE);
    await world.cloud.invoke('PlanReports');
    await assertOn(world, 'PriceChangeStuck');
    await over();
  });

  it('somebody changes a price on Apple’s page', async () => {
    await nextMorning();
    await upload(world, DESIRED_PRICES, JSON.stringify({ prices: { USA: '13.99' } }));
    await world.cloud.drain();
    await world.cloud.invoke('ReconcilePrices');
    await assertOn(world, 'PriceDrift');
    await hours(world, 3);
    await assertOn(world, 'PriceDrift');
    const present = world.simulator.prices
      .effective('subscription', SUBSCRIPTION.id, '2027-01-31')
      .get('USA');
    await upload(world, DESIRED_PRICES, JSON.stringify({ prices: { USA: present } }));
    await world.cloud.drain();
    await world.cloud.invoke('ReconcilePrices');
    await over();
  });

  it('somebody uploads desired prices that cannot be read', async () => {
    await nextMorning();
    await upload(world, DESIRED_PRICES, 'not json');
    await world.cloud.drain();
    await failing(world, 'ReconcilePrices');
    await assertOn(world, 'ReconcilePricesErrors');
    await upload(world, DESIRED_PRICES, JSON.stringify({ prices: { DEU: '49.99' } }));
    await world.cloud.drain();
    await world.cloud.invoke('ReconcilePrices');
    await over();
  });

  it('somebody sends a message that names no change', async () => {
    await nextMorning();
    await sendTo(world, 'PriceQueue', 'hello', 'nobody');
    await world.cloud.drain();
    await assertOn(world, 'PriceDeadLetters');
    await world.cloud.purge('PriceDeadLetters');
    await over();
  });

  it('an event could not be taken in by any try (here Lambda’s part is played by the test)', async () => {
    await nextMorning();
    await sendTo(world, 'PriceRequestDeadLetters', JSON.stringify(request('lost')));
    await assertOn(world, 'PriceRequestDeadLetters');
    await world.cloud.purge('PriceRequestDeadLetters');
    await over();
  });

  it('a policy forbids the front door its table', async () => {
    await nextMorning();
    world.cloud.faults.add({ service: 'dynamodb', times: 100, effect: 'accessDenied' });
    for (let tries = 0; tries < 3; tries += 1) await failing(world, 'AcceptPriceChange', request('barred'));
    await assertOn(world, 'AcceptPriceChangeErrors');
    await over();
  });

  it('the writer cannot make plans, as it dies', async () => {
    await nextMorning();
    const planOnly = { planOnly: 'nonsense' };
    for (let tries = 0; tries < 3; tries += 1) await failing(world, 'ApplyPriceChange', planOnly);
    await assertOn(world, 'ApplyPriceChangeErrors');
    await over();
  });

  it('EventBridge takes no events about prices for hours', async () => {
    await nextMorning();
    world.cloud.faults.add({ service: 'events', times: 1000, effect: 'accessDenied' });
    await ask(world, request('untold', { prices: { USA: '40.99' } }));
    assert.equal((await settled(world, 'untold')).state, 'applied');
    await hours(world, 1);
    await assertOn(world);
    await hours(world, 2);
    await assertOn(world, 'PriceEventsOwed');
    world.cloud.faults.clear();
    await hours(world, 3);
    await assertOn(world);
  });
});
