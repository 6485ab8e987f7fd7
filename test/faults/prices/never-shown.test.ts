import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VERIFY_WAITS_MILLIS } from '../../../functions/prices/apply/stages/verify-change.ts';
import { DAY, openShop } from './price-shop.ts';

const WHOLE_WAIT = VERIFY_WAITS_MILLIS.reduce((sum, wait) => sum + wait, 0);

/** A change that Apple has acknowledged and shows ten days later. */
async function acknowledged() {
  const shop = await openShop();
  shop.fates.push({ kind: 'late', millis: 10 * DAY });
  shop.accept('first', { prices: { USA: '7.99' } });
  assert.equal((await shop.work('first')).state, 'verifying');
  return shop;
}

describe('A price that Apple acknowledges and does not show within two hours', () => {
  it('is read back at growing distances, then told as unsettled; nothing is sent again', async () => {
    const { clock, record, work, writes, events } = await acknowledged();
    const began = clock.now();
    const distances: number[] = [];
    for (let { state, verification } = record('first'); state === 'verifying'; ) {
      const next = verification?.nextAt ?? 0;
      // Messages that come before are given back, without a request.
      assert.equal((await work('first')).rev, record('first').rev);
      distances.push(next - clock.now());
      clock.set(next);
      ({ state, verification } = await work('first'));
    }
    assert.deepEqual(distances, VERIFY_WAITS_MILLIS);
    assert.ok(clock.now() - began >= WHOLE_WAIT);
    assert.equal(record('first').state, 'unsettled');
    assert.deepEqual(
      record('first').problems.map(({ path, message }) => `${path}: ${message}`),
      ['USA: Apple acknowledged 9.99, then 7.99 from 2026-11-25 and shows 9.99'],
    );
    assert.deepEqual([writes, events], [['POST 201'], ['Price Change Unsettled first']]);
    for (let more = 0; more < 5; more += 1) {
      clock.advance(DAY);
      await work('first');
    }
    assert.deepEqual(writes, ['POST 201']);
  });

  it('is waited for by the next change of the product, whose plan then warns that it may still come', async () => {
    const { clock, accept, record, work, workToEnd, planOf, writes } = await acknowledged();
    accept('second', { prices: { USA: '4.99' } });
    clock.advance(60_000);
    await work('second');
    assert.deepEqual([record('first').state, record('second').state], ['verifying', 'accepted']);
    for (let round = 0; record('first').state === 'verifying'; round += 1) {
      assert.ok(round < 20);
      clock.advance(20 * 60_000);
      await work('second');
    }
    assert.equal(record('first').state, 'unsettled');
    assert.equal((await workToEnd('second')).state, 'applied');
    assert.deepEqual(writes, ['POST 201', 'POST 201']);
    const { entries } = await planOf('second');
    assert.match(
      entries.flatMap(({ warnings }) => warnings).join(),
      /change first: until 2026-11-24 Apple acknowledged 9\.99, then 7\.99 from 2026-11-25 but did not show it; it may still take effect/,
    );
  });
});
