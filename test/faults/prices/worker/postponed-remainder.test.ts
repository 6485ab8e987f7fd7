import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openShop } from './price-shop.ts';

describe('A temporary price whose remainder Apple takes from a later day only', () => {
  it('is approved once more, for that day, and then sent for that day without asking a third time', async () => {
    const { apple, hooks, accept, work, workToEnd, approve, writes, events, record, priceOn } =
      await openShop({ approvalAbovePercent: 5 });
    apple.behaviour.earlyStartDate = 'attribute';
    accept('sale', {
      prices: { USA: '7.99', FRA: '7.99', JPN: '1000' },
      until: '2026-12-10',
      preserveCurrentPrice: true,
    });
    assert.equal((await approve(await work('sale'))).status, 'approved');
    // The first request goes alone; from then on Apple wants two days.
    hooks.onWrite = () => {
      apple.behaviour.subscriptionLeadDays = 2;
    };
    const remainder = await workToEnd('sale');
    assert.deepEqual([remainder.state, remainder.postponedTo], ['planned', '2026-11-26']);
    assert.equal((await approve(remainder)).status, 'approved');
    assert.equal((await workToEnd('sale')).state, 'applied', JSON.stringify(record('sale').problems));
    assert.deepEqual(writes.toSorted(), ['POST 201', 'POST 201', 'POST 201', 'POST 409', 'POST 409']);
    assert.deepEqual(
      events.filter((event) => event.startsWith('Price Change Planned')).length,
      2,
      'the plan and its remainder',
    );
    // FRA was sent first.
    const days = ['2026-11-25', '2026-11-26'];
    assert.deepEqual(
      days.map((day) => [priceOn(day, 'FRA'), priceOn(day, 'USA')]),
      [
        ['7.99', '9.99'],
        ['7.99', '7.99'],
      ],
    );
  });
});
