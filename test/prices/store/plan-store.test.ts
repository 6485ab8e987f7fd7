import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { planSchema, readPlan, readPlanAt, storePlan } from '../../../functions/prices/store/plan-store.ts';
import { wish } from '../accept/acceptance.ts';
import { stateOf, TOMORROW } from '../fake-price-list.ts';
import { acceptedChange, memoryAudit } from '../memory.ts';
import { type Kind, planFor } from '../plan/make-plan.ts';

const live = stateOf({
  present: { USA: '9.99' },
  scheduled: { USA: { '2026-12-01': '4.99' } },
  earliest: TOMORROW,
});
const purchase = stateOf({
  present: { USA: '9.99', FRA: '10.99' },
  automatic: ['FRA'],
  baseTerritory: 'USA',
});

const plans: [string, PriceState, Record<string, unknown>, Kind][] = [
  ['that takes a scheduled price away', live, { prices: { USA: '9.99' } }, 'subscription'],
  ['of a change', live, { prices: { USA: '10.99' }, preserveCurrentPrice: false }, 'subscription'],
  ['of first prices', stateOf({}), { prices: { USA: '10.99' } }, 'subscription'],
  ['of a schedule with followers', purchase, { prices: { USA: '10.99' } }, 'inAppPurchase'],
  ['without anything to do', purchase, { prices: { USA: '9.99' } }, 'app'],
];

describe('A stored plan', () => {
  for (const [name, state, request, kind] of plans) {
    it(`${name} is read back as it was, by another worker`, async () => {
      const plan = await planFor(state, request, { kind });
      const objects = new Map<string, string>();
      const record = acceptedChange(wish(), 1, 0);
      const planKey = await storePlan(memoryAudit(objects), record, plan);
      const read = await readPlan(memoryAudit(objects), { ...record, planKey, planSha256: plan.sha256 });
      assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(plan)));
      assert.ok(planSchema.safeParse(JSON.parse(JSON.stringify(plan))).success);
    });
  }

  it('over another state at Apple, with the same prices, is kept beside the first one', async () => {
    const request = { prices: { USA: '10.99' } };
    const first = await planFor(purchase, request, { kind: 'inAppPurchase' });
    const again = { ...first, stateSha256: 'b'.repeat(64) };
    const objects = new Map<string, string>();
    const record = acceptedChange(wish(), 1, 0);
    const keys = [await storePlan(memoryAudit(objects), record, first)];
    keys.push(await storePlan(memoryAudit(objects), record, again));
    const stored = await Promise.all(keys.map((key) => readPlanAt(memoryAudit(objects), key)));
    assert.deepEqual(
      stored.map(({ sha256, stateSha256 }) => [sha256, stateSha256]),
      [first, again].map(({ sha256, stateSha256 }) => [sha256, stateSha256]),
    );
    assert.equal(
      await storePlan(memoryAudit(objects), record, again),
      keys[1],
      'a repeat chooses the same key',
    );
  });

  it('that is another one, or not there, is never followed', async () => {
    const plan = await planFor(purchase, { prices: { USA: '10.99' } }, { kind: 'app' });
    const objects = new Map<string, string>();
    const record = acceptedChange(wish(), 1, 0);
    const planKey = await storePlan(memoryAudit(objects), record, plan);
    const follow = (more: { planKey?: string; planSha256?: string }) =>
      readPlan(memoryAudit(objects), { ...record, ...more });
    await assert.rejects(follow({ planKey, planSha256: 'b'.repeat(64) }), { code: 'PLAN_MISSING' });
    await assert.rejects(follow({ planKey: 'elsewhere', planSha256: plan.sha256 }), { code: 'PLAN_MISSING' });
    await assert.rejects(follow({}), { code: 'PLAN_MISSING' });
  });

  it('is remembered by a warm function, but only the last sixteen are', async () => {
    const plan = await planFor(purchase, { prices: { USA: '10.99' } }, { kind: 'app' });
    const reads: string[] = [];
    const keyOf = (index: number) => `audit/${index}`;
    const objects = {
      ...memoryAudit(new Map()),
      read: async (key: string) => {
        reads.push(key);
        return JSON.parse(JSON.stringify(plan));
      },
    };
    for (let index = 0; index < 17; index += 1) await readPlanAt(objects, keyOf(index));
    await readPlanAt(objects, keyOf(16));
    await readPlanAt(objects, keyOf(1));
    assert.equal(reads.length, 17);
    await readPlanAt(objects, keyOf(0));
    assert.equal(reads.length, 18);
  });
});
