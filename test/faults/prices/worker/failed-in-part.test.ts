import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pricePointAt } from '../../../../local/simulator/prices/price-points.ts';
import { TEAM } from '../life/life-apple.ts';
import { DAY, openShop, WELL } from './price-shop.ts';

const TWO = { prices: { FRA: '7.99', USA: '7.99' } };

describe('A change that fails after Apple has taken a part of it', () => {
  it('does not claim that Apple shows what it has only acknowledged', async () => {
    const { apple, fates, hooks, objects, change, priceOn } = await openShop();
    apple.behaviour.earlyStartDate = 'relationship';
    fates.push({ kind: 'late', millis: 30 * DAY });
    // From the second request on Apple wants a day that lies too far ahead.
    hooks.onWrite = () => {
      apple.behaviour.subscriptionLeadDays = 30;
    };
    const record = await change('sale', TWO);
    assert.equal(record.state, 'failed');
    assert.equal(
      record.outcome,
      'failed: Apple has taken the new price of FRA; whether it shows it was not seen at the end',
    );
    assert.notEqual(priceOn('2026-12-01', 'FRA'), '7.99');
    const end = [...objects].find(([key]) => key.includes('999-failed'))?.[1] ?? '';
    assert.match(end, /"tookEffect":\s*\["FRA"\]/);
  });

  it('says that Apple shows what was read back', async () => {
    const { apple, clock, fates, accept, work, workToEnd } = await openShop({ maxIncreasePercent: 10 });
    fates.push(WELL, { kind: 'ill before' });
    accept('sale', TWO);
    assert.equal((await work('sale')).sending?.steps.length, 1);
    // A person makes it so cheap meanwhile that the rest would be too large a rise.
    const point = pricePointAt({ kind: 'subscription', id: '1', plan: 'UPFRONT' }, 'USA', '4.99');
    const wish = { point, startDate: null, preserve: false };
    apple.prices.subscription('1', TEAM)?.put(wish, '2026-11-24');
    clock.advance(10 * 60_000);
    const record = await workToEnd('sale');
    assert.equal(record.outcome, 'failed: Apple shows the new price of FRA', JSON.stringify(record.problems));
  });
});
