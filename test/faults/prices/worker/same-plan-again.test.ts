import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PURCHASE } from '../life/life-apple.ts';
import { openShop } from './price-shop.ts';

const SALE = { product: { kind: 'inAppPurchase', id: PURCHASE }, prices: { FRA: '7.99' } };

describe('A change of an in-app purchase, where Apple moves a price that is none of its own', () => {
  it('follows the plan that is made again, which is the same, and is applied', async () => {
    const { apple, clock, hooks, accept, work, workToEnd, writes } = await openShop();
    const restore: (() => void)[] = [];
    let plans = 0;
    hooks.onAudit = (name) => {
      if (!name.startsWith('000-plan-')) return;
      plans += 1;
      if (plans === 1) restore.push(apple.prices.appleDecides('HUN', { equalPriceSteps: 1 }));
      // The worker that makes the plan again gets no further.
      if (plans === 2) hooks.instead = () => new Response('', { status: 503 });
    };
    accept('sale', SALE);
    assert.equal((await work('sale')).replans, 1);
    hooks.instead = () => undefined;
    clock.advance(10 * 60_000);
    const { state, replans, problems, planKeys } = await workToEnd('sale');
    for (const back of restore) back();
    assert.deepEqual([state, replans], ['applied', 1], JSON.stringify(problems));
    assert.deepEqual(writes, ['POST 201']);
    assert.equal(new Set(planKeys).size, 2);
  });
});
