import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openShop } from './price-shop.ts';

describe('A change of which the remainder waits for an approval', () => {
  it('is applied though a later change has priced meanwhile what it had sent and Apple had shown', async () => {
    const { apple, hooks, accept, workToEnd, approve, record, priceOn } = await openShop({
      approvalAbovePercent: 15,
    });
    apple.behaviour.earlyStartDate = 'attribute';
    accept('rise', { prices: { USA: '12.99', FRA: '12.99' }, preserveCurrentPrice: true });
    assert.equal((await approve(await workToEnd('rise'))).status, 'approved');
    // The first request goes alone; from then on Apple wants two days.
    hooks.onWrite = () => {
      apple.behaviour.subscriptionLeadDays = 2;
    };
    assert.equal(
      (await workToEnd('rise')).state,
      'planned',
      'FRA was sent, USA has to be approved for its new day',
    );
    accept('later', { prices: { FRA: '7.99' }, preserveCurrentPrice: true });
    const later = await workToEnd('later');
    if (later.state === 'planned') assert.equal((await approve(later)).status, 'approved');
    assert.equal((await workToEnd('later')).state, 'applied');
    assert.equal((await approve(record('rise'))).status, 'approved');
    assert.equal((await workToEnd('rise')).state, 'applied', JSON.stringify(record('rise').problems));
    assert.deepEqual(
      ['FRA', 'USA'].map((territory) => priceOn('2026-12-10', territory)),
      ['7.99', '12.99'],
    );
  });
});
