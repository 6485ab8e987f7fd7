import assert from 'node:assert/strict';
import { ask, request, SUBSCRIPTION, settled } from '../../end-to-end/prices/prices.ts';
import {
  DESIRED_PRICES,
  failing,
  hours,
  PRICE_NOT_SHOWN,
  PRICE_REFUSED,
  PRICES_LIMITED,
  sendTo,
  sweepTwice,
  upload,
} from '../../faults/alarms/alarm-world.ts';
import type { Failure } from './scene.ts';

/** What the alarms of price changes tell. */
export const PRICE_FAILURES: readonly Failure[] = [
  {
    alarm: 'PriceChangeFailed',
    names: { ID: 'refused' },
    comes: async ({ world }) => {
      world.simulator.faults.add(PRICE_REFUSED);
      await ask(world, request('refused', { prices: { USA: '43.99' } }));
      await settled(world, 'refused');
      await world.cloud.drain();
    },
    tells: /Not in this state/,
    mended: async ({ world }) => {
      await hours(world, 1);
    },
  },
  {
    alarm: 'PriceChangeUnsettled',
    names: { ID: 'unshown' },
    comes: async ({ world }) => {
      world.simulator.faults.add(PRICE_NOT_SHOWN);
      await ask(world, request('unshown', { prices: { USA: '42.99' } }));
      await settled(world, 'unshown', undefined, 10);
      await world.cloud.drain();
    },
    tells: /does not show the new price of USA/,
    mended: async ({ world }) => {
      await hours(world, 1);
    },
  },
  {
    alarm: 'PriceChangeWaiting',
    comes: async (scene) => {
      await ask(scene.world, request('waits', { prices: { USA: '14.99' } }));
      await settled(scene.world, 'waits', ({ state }) => state === 'planned');
      await scene.nextDay();
      await hours(scene.world, 1);
    },
    tells: /waits/,
    mended: async (scene) => {
      await scene.fix('PriceChangeWaiting', 'npx asc-jobs prices decline', { CHANGE: 'waits', TEAM: 'acme' });
      assert.equal((await settled(scene.world, 'waits')).state, 'declined');
      await hours(scene.world, 1);
    },
  },
  {
    alarm: 'PriceChangeStuck',
    names: { ID: 'slow' },
    comes: async ({ world }) => {
      world.simulator.faults.add(PRICES_LIMITED);
      await ask(world, request('slow', { prices: { USA: '41.99' } }));
      for (let quarter = 0; quarter < 6; quarter += 1) await sweepTwice(world);
      await world.cloud.invoke('PlanReports');
    },
    tells: /limit/i,
    mended: async ({ world }) => {
      world.simulator.faults.clear();
      await settled(world, 'slow', undefined, 1);
      await hours(world, 1);
    },
  },
  {
    alarm: 'PriceDrift',
    comes: async ({ world }) => {
      await upload(world, DESIRED_PRICES, JSON.stringify({ prices: { USA: '13.99' } }));
      await world.cloud.drain();
      await world.cloud.invoke('ReconcilePrices');
    },
    tells: /drift/,
    mended: async ({ world }) => {
      await hours(world, 1);
      const present = world.simulator.prices
        .effective('subscription', SUBSCRIPTION.id, '2027-01-31')
        .get('USA');
      await upload(world, DESIRED_PRICES, JSON.stringify({ prices: { USA: present } }));
      await world.cloud.drain();
      // What "Resolved when" says.
      await world.cloud.invoke('ReconcilePrices', {});
    },
  },
  {
    alarm: 'ReconcilePricesErrors',
    comes: async ({ world }) => {
      await upload(world, DESIRED_PRICES, 'not json');
      await world.cloud.drain();
      await failing(world, 'ReconcilePrices');
    },
    tells: /DESIRED_PRICES_UNREADABLE|could not be compared/,
    mended: async ({ world }) => {
      await upload(world, DESIRED_PRICES, JSON.stringify({ prices: { DEU: '49.99' } }));
      await world.cloud.drain();
      await world.cloud.invoke('ReconcilePrices');
      await hours(world, 2);
    },
  },
  {
    alarm: 'PriceDeadLetters',
    comes: async ({ world }) => {
      await sendTo(world, 'PriceQueue', 'hello', 'nobody');
      world.cloud.faults.add({
        service: 'dynamodb',
        match: ({ caller }) => caller.startsWith('ApplyPriceChange.'),
        times: Number.POSITIVE_INFINITY,
        effect: 'accessDenied',
      });
      await ask(world, request('parked', { prices: { USA: '39.99' } }));
      await world.cloud.drain();
    },
    tells: /AccessDenied/,
    mended: async (scene) => {
      const { world } = scene;
      world.cloud.faults.clear();
      assert.equal(await scene.depth('PriceDeadLetters'), 2);
      await scene.redrive('PriceDeadLetters');
      assert.equal((await settled(world, 'parked')).state, 'applied');
      assert.equal(await scene.depth('PriceDeadLetters'), 1, 'what names no change is back');
      await world.cloud.purge('PriceDeadLetters');
    },
  },
  {
    alarm: 'PriceEventsOwed',
    comes: async ({ world }) => {
      world.cloud.faults.add({ service: 'events', times: 1000, effect: 'accessDenied' });
      await ask(world, request('untold', { prices: { USA: '40.99' } }));
      await settled(world, 'untold');
      await hours(world, 3);
    },
    tells: /untold/,
    mended: async ({ world }) => {
      world.cloud.faults.clear();
      await hours(world, 3);
    },
  },
];
