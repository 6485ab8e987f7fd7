import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pricePointAt } from '../../../../local/simulator/prices/price-points.ts';
import { TEAM } from '../life/life-apple.ts';
import { openShop } from './price-shop.ts';

const FOUR = { prices: { FRA: '7.99', HUN: '3000', JPN: '1000', USA: '7.99' } };

describe('A wave of which no request has an answer', () => {
  it('is settled by one read where all of it took effect, and nothing is sent again', async () => {
    const { clock, fates, hooks, accept, work, writes } = await openShop();
    fates.push(
      { kind: 'well' },
      { kind: 'ill after' },
      { kind: 'ill after' },
      { kind: 'slow', millis: 9_000 },
    );
    accept('sale', FOUR);
    assert.equal((await work('sale')).sending?.steps.length, 3);
    clock.advance(10 * 60_000);
    let reads = 0;
    hooks.onRead = () => {
      reads += 1;
      return undefined;
    };
    assert.equal((await work('sale')).state, 'applied');
    assert.deepEqual([reads, writes.length], [2, 4], 'one read for the wave, one for the proof');
  });

  it('is settled by one read-back, each request by itself: only what had no effect goes out again', async () => {
    const { clock, fates, hooks, accept, work, record, writes, priceOn } = await openShop();
    // The first request goes alone. Of the three after it one takes effect, one does not, one does later within its minute.
    fates.push(
      { kind: 'well' },
      { kind: 'ill after' },
      { kind: 'ill before' },
      { kind: 'slow', millis: 30_000 },
    );
    accept('sale', FOUR);
    const uncertain = await work('sale');
    assert.deepEqual([uncertain.sending?.steps.length, writes.length], [3, 4]);
    clock.advance(10 * 60_000);
    let readsBeforeWrite = 0;
    hooks.onRead = () => {
      if (writes.length === 4) readsBeforeWrite += 1;
      return undefined;
    };
    assert.equal((await work('sale')).state, 'applied', JSON.stringify(record('sale').problems));
    // What Apple shows may lag: the wave is read as a whole, again after 2, 4 and 8 seconds.
    assert.equal(readsBeforeWrite, 4);
    assert.equal(writes.length, 5, writes.join());
    assert.deepEqual(
      ['FRA', 'HUN', 'JPN', 'USA'].map((territory) => Number(priceOn('2026-11-30', territory))),
      [7.99, 3000, 1000, 7.99],
    );
  });

  it('but for one leaves that one settled: only the others are read back', async () => {
    const { clock, fates, accept, work, workToEnd, writes } = await openShop();
    fates.push({ kind: 'well' }, { kind: 'ill after' }, { kind: 'well' }, { kind: 'ill before' });
    accept('sale', FOUR);
    assert.equal((await work('sale')).sending?.steps.length, 2);
    assert.equal(writes.length, 4, 'nothing goes out again before it was read back');
    clock.advance(10 * 60_000);
    assert.equal((await workToEnd('sale')).state, 'applied');
    assert.equal(writes.length, 5, writes.join());
  });

  it('is planned anew, not sent again, where Apple shows what a person has scheduled meanwhile', async () => {
    const { apple, clock, fates, accept, work, workToEnd, planOf, writes, priceOn } = await openShop();
    fates.push({ kind: 'well' }, { kind: 'ill before' });
    accept('sale', { prices: { FRA: '7.99', USA: '7.99' } });
    assert.equal((await work('sale')).sending?.steps.length, 1);
    const point = pricePointAt({ kind: 'subscription', id: '1', plan: 'UPFRONT' }, 'USA', '4.99');
    const wish = { point, startDate: '2026-12-20', preserve: false };
    apple.prices.subscription('1', TEAM)?.put(wish, '2026-11-24');
    clock.advance(10 * 60_000);
    const record = await workToEnd('sale');
    assert.deepEqual([record.state, record.replans], ['applied', 1], JSON.stringify(record.problems));
    // The new plan knows of the person's price, and says that it gives way.
    const entry = (await planOf('sale')).entries.find(({ territory }) => territory === 'USA');
    assert.match(entry?.warnings.join() ?? '', /displaces the price 4\.99 scheduled for 2026-12-20/);
    assert.equal(writes.length, 3, writes.join());
    assert.equal(priceOn('2026-12-21'), '7.99');
  });
});
