import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DAY_MILLIS } from '../../../functions/platform/util/time.ts';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import { increasesSince, pricesAt } from '../../../functions/prices/store/price-history.ts';
import { type Acceptance, acceptance, NOW, planOf, wish } from '../accept/acceptance.ts';
import { stateOf } from '../fake-price-list.ts';
import { acceptedChange } from '../memory.ts';
import { planFor } from '../plan/make-plan.ts';
import { targetEntry } from '../request/requests.ts';

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

const daysAgo = (days: number): number => NOW - days * DAY_MILLIS;
const dayAgo = (days: number): string => new Date(daysAgo(days)).toISOString().slice(0, 10);

/** Another price, scheduled for a day so many days ago. */
const scheduledFor = (days: number) => ({ from: dayAgo(days), price: '19.99' });

/** A change of the American price, acknowledged so many days ago, for a day so many days ago (negative: ahead). */
async function changed(
  at: Acceptance,
  seq: number,
  {
    acknowledged,
    starts,
    from,
    to,
    displaces,
  }: { acknowledged: number; starts: number; from: string; to: string; displaces?: number },
  more: Partial<ChangeRecord> = {},
): Promise<void> {
  const changeId = `change-${seq}`;
  const entry = targetEntry('USA', from, to, 'change');
  const plan = planOf({
    changeId,
    entries: [
      {
        ...entry,
        startDate: dayAgo(starts),
        existingSubscribers: 'newPrice',
        overwrites: displaces === undefined ? [] : [scheduledFor(displaces)],
      },
    ],
  });
  const record = acceptedChange(wish({ idempotencyKey: changeId }), seq, daysAgo(acknowledged));
  const planKey = await at.audit.write(record, '000-plan', { ...plan });
  const names = { planKey, planKeys: [planKey], planSha256: plan.sha256 };
  at.data.changes[`acme#${changeId}`] = { ...record, state: 'applied', everSent: true, ...names, ...more };
}

const priceAgo = async (at: Acceptance, days: number): Promise<string | undefined> =>
  (await pricesAt(at, 'acme', PRODUCT, daysAgo(days))).get('USA')?.price;

describe('What a product cost before a price that was scheduled', () => {
  it('is counted from the day on which the price began, not from its request', async () => {
    const at = acceptance();
    await changed(at, 1, { acknowledged: 40, starts: 20, from: '9.99', to: '12.99' });
    assert.deepEqual([await priceAgo(at, 30), await priceAgo(at, 10)], ['9.99', undefined]);
  });

  it('is the price that another change set in between', async () => {
    const at = acceptance();
    await changed(at, 1, { acknowledged: 40, starts: 5, from: '9.99', to: '12.99' });
    await changed(at, 2, { acknowledged: 35, starts: 34, from: '9.99', to: '7.99' });
    assert.deepEqual([await priceAgo(at, 38), await priceAgo(at, 30)], ['9.99', '7.99']);
  });

  it('is not the one that a later change displaced before its day', async () => {
    const at = acceptance();
    await changed(at, 1, { acknowledged: 60, starts: -10, from: '9.99', to: '5.99' });
    await changed(at, 2, { acknowledged: 55, starts: 35, from: '9.99', to: '11.99', displaces: -10 });
    await changed(at, 3, { acknowledged: 40, starts: -20, from: '9.99', to: '15.99', displaces: 35 });
    assert.equal(await priceAgo(at, 30), '9.99');
  });

  it('is the temporary price, though its way back moved the record of its change since', async () => {
    const at = acceptance();
    const sale = { acknowledged: 40, starts: 39, from: '9.99', to: '4.99' };
    await changed(at, 1, sale, { movedAt: daysAgo(5) });
    await changed(at, 2, { acknowledged: 6, starts: 5, from: '4.99', to: '9.99' });
    assert.equal(await priceAgo(at, 30), '4.99');
  });
});

describe('The last increase that present subscribers got', () => {
  const lastIncrease = async (at: Acceptance): Promise<string | undefined> =>
    (await increasesSince(at, 'acme', PRODUCT, daysAgo(372))).get('USA');

  it('counts from the day on which it began, also where it was requested long before', async () => {
    const at = acceptance();
    await changed(at, 1, { acknowledged: 400, starts: 180, from: '9.99', to: '12.99' });
    assert.equal(await lastIncrease(at), dayAgo(180));
  });

  it('is none that a later change displaced before its day', async () => {
    const at = acceptance();
    await changed(at, 1, { acknowledged: 120, starts: 60, from: '9.99', to: '12.99' });
    await changed(at, 2, { acknowledged: 100, starts: 99, from: '9.99', to: '8.99', displaces: 60 });
    assert.equal(await lastIncrease(at), undefined);
  });

  it('is one that had begun when a later plan said that it displaces it', async () => {
    const at = acceptance();
    await changed(at, 1, { acknowledged: 120, starts: 60, from: '9.99', to: '12.99' });
    await changed(at, 2, { acknowledged: 59, starts: 58, from: '12.99', to: '8.99', displaces: 60 });
    assert.equal(await lastIncrease(at), dayAgo(60));
  });

  it('is none that is still ahead: the next change displaces it', async () => {
    const at = acceptance();
    await changed(at, 1, { acknowledged: 241, starts: 240, from: '9.99', to: '12.99' });
    await changed(at, 2, { acknowledged: 3, starts: -50, from: '12.99', to: '14.99' });
    assert.equal(await lastIncrease(at), dayAgo(240));
  });
});
