import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readPlanAt } from '../../../functions/prices/store/plan-store.ts';
import { stateOf } from '../fake-price-list.ts';
import { memoryAudit } from '../memory.ts';
import { planFor } from '../plan/make-plan.ts';

const CHANGES = 10_000;
/** A fifth of the smallest function's memory. What 10,000 remembered plans would take is over this. */
const MOST_GROWTH_BYTES = 25 * 1024 * 1024;

describe('A price function that stays warm', () => {
  it('uses no more memory after 10,000 changes than after the first hundred', async () => {
    const state = stateOf({
      present: { USA: '9.99', FRA: '10.99' },
      automatic: ['FRA'],
      baseTerritory: 'USA',
    });
    const plan = JSON.stringify(await planFor(state, { prices: { USA: '10.99' } }, { kind: 'app' }));
    const audit = { ...memoryAudit(new Map()), read: async () => JSON.parse(plan) };
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    const heapAfter = async (from: number, to: number): Promise<number> => {
      for (let index = from; index < to; index += 1) await readPlanAt(audit, `audit/${index}`);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const early = await heapAfter(0, 100);
    const late = await heapAfter(100, CHANGES);
    assert.ok(late - early < MOST_GROWTH_BYTES, `${late - early} bytes more`);
  });
});
