import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MetricName } from '../../../../functions/platform/logging/metrics.ts';
import { PRICE_ALARMS } from '../../../../infra/monitoring/price-alarms.ts';
import { DAY, openShop } from './price-shop.ts';

/** Minutes between two read-backs: two hours in all, as docs/prices.md says. */
const WAITS = [1, 2, 4, 8, 15, 30, 60];

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
    const { clock, record, work, writes, events, metrics } = await acknowledged();
    const began = clock.now();
    const distances: number[] = [];
    for (let { state, verification } = record('first'); state === 'verifying'; ) {
      const next = verification?.nextAt ?? 0;
      // Messages that come before are given back, without a request.
      assert.equal((await work('first')).rev, record('first').rev);
      distances.push(next - clock.now());
      assert.ok(distances.length <= WAITS.length, 'it is read back for ever');
      clock.set(next);
      ({ state, verification } = await work('first'));
    }
    assert.deepEqual(
      distances.map((millis) => millis / 60_000),
      WAITS,
    );
    assert.ok(clock.now() - began >= 2 * 3_600_000);
    assert.equal(record('first').state, 'unsettled');
    assert.deepEqual(
      record('first').problems.map(({ path, message }) => `${path}: ${message}`),
      ['USA: Apple acknowledged 9.99, then 7.99 from 2026-11-25 and shows 9.99'],
    );
    assert.deepEqual([writes, events], [['POST 201'], ['Price Change Unsettled first']]);
    const alarm = PRICE_ALARMS.find(({ id }) => id === 'PriceChangeUnsettled');
    assert.deepEqual(alarm?.signal, { own: MetricName.priceChangeUnsettled, statistic: 'Sum' });
    assert.deepEqual([alarm.comparison, alarm.threshold], ['>=', 1]);
    assert.ok(metrics.includes(`${MetricName.priceChangeUnsettled} 1`), metrics.join());
    for (let more = 0; more < 5; more += 1) {
      clock.advance(DAY);
      await work('first');
    }
    assert.deepEqual(writes, ['POST 201']);
  });

  it('is not planned again either where the rest of the change is planned anew meanwhile', async () => {
    const { apple, fates, hooks, accept, workToEnd, writes, priceOn } = await openShop();
    apple.behaviour.earlyStartDate = 'attribute';
    fates.push({ kind: 'late', millis: 45 * 60_000 });
    // The first request goes alone; from then on Apple wants two days, so that a second plan is needed.
    hooks.onWrite = () => {
      apple.behaviour.subscriptionLeadDays = 2;
    };
    accept('first', { prices: { FRA: '7.99', JPN: '1000', USA: '7.99' } });
    const record = await workToEnd('first');
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.equal(record.planKeys.length, 2);
    assert.deepEqual(writes.toSorted(), ['POST 201', 'POST 201', 'POST 201', 'POST 409', 'POST 409']);
    assert.equal(priceOn('2026-11-25', 'FRA'), '7.99');
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
