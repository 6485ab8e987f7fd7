import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DAY_MILLIS } from '../../../functions/platform/util/time.ts';
import { pricesAt } from '../../../functions/prices/store/price-history.ts';
import { acceptance, NOW, wish } from '../accept/acceptance.ts';
import { stateOf } from '../fake-price-list.ts';
import { acceptedChange } from '../memory.ts';
import { planFor } from '../plan/make-plan.ts';

const PRODUCT = { kind: 'subscription', id: '1' } as const;

/** A team whose price went from 4.99 over 9.99 to 10.99, forty, twenty and ten days ago. */
async function team() {
  const at = acceptance();
  for (const [seq, days, from, to] of [
    [1, 40, '4.99', '9.99'],
    [2, 20, '9.99', '10.99'],
    [3, 10, '10.99', '14.99'],
  ] as const) {
    const changeId = `step-${seq}`;
    const plan = await planFor(stateOf({ present: { USA: from } }), {
      prices: { USA: to },
      preserveCurrentPrice: true,
    });
    const record = acceptedChange(
      wish({ idempotencyKey: changeId, product: PRODUCT }),
      seq,
      NOW - days * DAY_MILLIS,
    );
    const planKey = await at.audit.write(record, '000-plan', { ...plan });
    at.data.changes[`acme#${changeId}`] = {
      ...record,
      state: 'applied',
      everSent: true,
      planKey,
      planKeys: [planKey],
      planSha256: plan.sha256,
    };
  }
  return at;
}

describe('What a product cost some days ago', () => {
  it('is what it cost before the first change since', async () => {
    const at = await team();
    const usa = async (days: number) =>
      (await pricesAt(at, 'acme', PRODUCT, NOW - days * DAY_MILLIS)).get('USA')?.price;
    assert.deepEqual(
      [await usa(60), await usa(30), await usa(15), await usa(5)],
      ['4.99', '9.99', '10.99', undefined],
    );
  });

  it('is told of this product only', async () => {
    assert.equal((await pricesAt(await team(), 'acme', { kind: 'app', id: '1' }, 0)).size, 0);
  });
});
