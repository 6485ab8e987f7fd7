import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openShop } from './price-shop.ts';

const HOUR = 3_600_000;
const THREE = { prices: { USA: '7.99', FRA: '7.99', JPN: '1000' } };
const RESTORE = /restore keys\.prices and prices, and deploy/;

/** A change of three territories of which the last two requests have no answer. */
async function whileSending() {
  const shop = await openShop();
  shop.fates.push({ kind: 'well' }, { kind: 'ill after' }, { kind: 'ill before' });
  shop.accept('sale', THREE);
  assert.equal((await shop.work('sale')).sending?.steps.length, 2);
  shop.clock.advance(10 * 60_000);
  shop.hooks.isTeamGone = true;
  return shop;
}

/** A change of which Apple has acknowledged every request and shows nothing for three quarters of an hour. */
async function whileVerifying() {
  const shop = await openShop();
  shop.fates.push({ kind: 'late', millis: 45 * 60_000 });
  shop.accept('sale', { prices: { USA: '7.99' } });
  assert.equal((await shop.work('sale')).state, 'verifying');
  shop.clock.advance(10 * 60_000);
  shop.hooks.isTeamGone = true;
  return shop;
}

describe('A team whose price key is taken out of the settings', () => {
  for (const [when, open, writesInAll] of [
    ['sending', whileSending, 4],
    ['verifying', whileVerifying, 1],
  ] as const) {
    it(`while a change is ${when}: it waits and says why, and goes on once the key is put back`, async () => {
      const { clock, hooks, work, workToEnd, writes, priceOn, events } = await open();
      for (let hour = 0; hour < 5; hour += 1) {
        const waiting = await work('sale');
        assert.deepEqual([waiting.state, events], [when, []]);
        assert.match(waiting.waiting?.reason ?? '', RESTORE);
        clock.advance(HOUR);
      }
      hooks.isTeamGone = false;
      const record = await workToEnd('sale');
      assert.equal(record.state, 'applied', JSON.stringify(record.problems));
      assert.equal(record.waiting, undefined);
      assert.equal(priceOn('2026-11-30'), '7.99');
      // Of the two without an answer only the one without an effect goes out once more.
      assert.equal(writes.length, writesInAll, writes.join());
      assert.deepEqual(events, ['Price Change Applied sale']);
    });

    it(`while a change is ${when}, for longer than a day: a person has to look, and nothing more is sent`, async () => {
      const { clock, work, writes, events } = await open();
      const before = writes.length;
      await work('sale');
      clock.advance(23 * HOUR);
      assert.equal((await work('sale')).state, when);
      clock.advance(2 * HOUR);
      const record = await work('sale');
      assert.equal(record.state, 'unsettled');
      assert.match(record.problems.map(({ path, message }) => `${path}: ${message}`).join(), RESTORE);
      assert.deepEqual(events, ['Price Change Unsettled sale']);
      assert.equal(writes.length, before);
    });
  }

  it('before anything of a change is sent: it is rejected with the reason', async () => {
    const { accept, hooks, work, writes, events } = await openShop();
    accept('sale', THREE);
    hooks.isTeamGone = true;
    const record = await work('sale');
    assert.deepEqual([record.state, record.problems.map(({ path }) => path)], ['rejected', ['team']]);
    assert.deepEqual([writes, events], [[], ['Price Change Rejected sale']]);
  });

  it('while a change waits for its approval: the next sweep rejects it, and its approval comes too late', async () => {
    const { accept, hooks, work, sweep, approve, record, writes, events } = await openShop({
      approvalAbovePercent: 5,
    });
    accept('sale', THREE);
    const planned = await work('sale');
    assert.equal(planned.state, 'planned');
    hooks.isTeamGone = true;
    await sweep();
    const ended = record('sale');
    assert.equal(ended.state, 'rejected');
    assert.match(ended.problems.map(({ message }) => message).join(), /no price key or no price settings/);
    hooks.isTeamGone = false;
    assert.equal((await approve(planned)).status, 'rejected');
    assert.deepEqual(writes, []);
    assert.deepEqual(events, ['Price Change Planned sale', 'Price Change Rejected sale']);
  });

  it('and put back between two sweeps: a change that waits for its approval has lost nothing', async () => {
    const { accept, hooks, work, workToEnd, sweep, approve, writes } = await openShop({
      approvalAbovePercent: 5,
    });
    accept('sale', THREE);
    const planned = await work('sale');
    hooks.isTeamGone = true;
    assert.equal((await work('sale')).state, 'planned', 'a message that comes again does nothing');
    hooks.isTeamGone = false;
    await sweep();
    assert.equal((await approve(planned)).status, 'approved');
    assert.equal((await workToEnd('sale')).state, 'applied');
    assert.equal(writes.length, 3);
  });
});
