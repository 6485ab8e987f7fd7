import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { sweepChanges } from '../../../functions/prices/accept/sweep-changes.ts';
import type { PlanEntry } from '../../../functions/prices/plan/plan-entry.ts';
import { acceptedChange } from '../memory.ts';
import { targetEntry } from '../request/requests.ts';
import { acceptance, planOf, wish } from './acceptance.ts';

const HOUR = 3_600_000;

/** Acceptance that knows a temporary price which has started and is to be taken back. */
async function temporary() {
  const at = acceptance();
  const plan = planOf({
    wayBack: { on: '2026-12-10', prices: [{ territory: 'USA', price: '49.99', currency: 'USD' }] },
  });
  const record = acceptedChange(wish({ until: '2026-12-10', preserveCurrentPrice: true }), 1, at.clock.at);
  const planKey = await at.audit.write(record, `000-plan-${plan.sha256}`, { ...plan });
  at.data.changes['acme#sale'] = {
    ...record,
    ...{ state: 'applied', everSent: true, planKey, planSha256: plan.sha256, planKeys: [planKey] },
    wayBack: { on: '2026-12-10', attempts: 0 },
  };
  return at;
}

describe('The way back of a temporary price whose team may change prices no more', () => {
  it('is asked for after 1, 6 and 24 hours, not on every sweep, and goes back once the team may again', async () => {
    const at = await temporary();
    const { settings } = at;
    const readersOnly = parseSettings({ teams: [{ name: 'acme', keys: { reports: 'r' } }] });
    const sweepFor = async (hours: number): Promise<number> => {
      const before = at.events.length;
      for (let sweep = 0; sweep < hours * 12; sweep += 1) {
        await sweepChanges({ ...at, settings: readersOnly });
        at.clock.at += HOUR / 12;
      }
      return at.events.length - before;
    };
    assert.equal(await sweepFor(1), 1);
    assert.equal(await sweepFor(6), 1);
    assert.equal(await sweepFor(24), 1);
    at.clock.at += 24 * HOUR;
    await sweepChanges({ ...at, settings });
    assert.deepEqual(at.queued, [at.data.changes['acme#sale']?.wayBack?.changeId]);
  });
});

describe('The way back of a temporary price beside an introductory offer', () => {
  it('is asked for though an offer of the same territory was made meanwhile: an offer is no price', async () => {
    const at = await temporary();
    const introductoryOffer = { mode: 'FREE_TRIAL', duration: 'ONE_WEEK', periods: 1, territories: ['USA'] };
    const { prices: _, ...rest } = wish({ idempotencyKey: 'trial' });
    const record = acceptedChange({ ...rest, introductoryOffer }, 2, at.clock.at);
    const plan = planOf({ changeId: 'trial', sha256: 'b'.repeat(64), entries: [offerEntry] });
    const planKey = await at.audit.write(record, `000-plan-${plan.sha256}`, { ...plan });
    at.data.changes['acme#trial'] = {
      ...record,
      ...{ state: 'applied', everSent: true, planKey, planSha256: plan.sha256, planKeys: [planKey] },
    };
    at.clock.at += HOUR;
    await sweepChanges(at);
    const { wayBack } = at.data.changes['acme#sale'] ?? {};
    assert.deepEqual(at.data.changes[`acme#${wayBack?.changeId}`]?.request.prices, { USA: '49.99' });
  });
});

describe('The way back of a temporary price that somebody has asked for good meanwhile', () => {
  it('is not needed, though nothing had to be sent as the temporary price was the same', async () => {
    const at = await temporary();
    const record = acceptedChange(wish({ idempotencyKey: 'for-good' }), 2, at.clock.at);
    at.data.changes['acme#for-good'] = { ...record, state: 'applied', everSent: false };
    at.clock.at += HOUR;
    await sweepChanges(at);
    const { wayBack } = at.data.changes['acme#sale'] ?? {};
    assert.deepEqual(
      [wayBack?.changeId, wayBack?.outcome],
      [undefined, 'not needed: later changes decide every price'],
    );
  });
});

describe('The way back of a temporary price after a rollback that Apple refused', () => {
  it('is asked for: what failed before it was sent decides nothing', async () => {
    const at = await temporary();
    const record = acceptedChange(wish({ idempotencyKey: 'back', rollbackOf: 'sale' }), 2, at.clock.at);
    const entry: PlanEntry = { ...offerEntry, kind: 'change', present: { price: '9.99', proceeds: null } };
    const plan = planOf({ changeId: 'back', sha256: 'c'.repeat(64), entries: [entry] });
    const planKey = await at.audit.write(record, `000-plan-${plan.sha256}`, { ...plan });
    at.data.changes['acme#back'] = {
      ...record,
      ...{ state: 'failed', everSent: true, planKey, planSha256: plan.sha256, planKeys: [planKey] },
    };
    at.clock.at += HOUR;
    await sweepChanges(at);
    const { wayBack } = at.data.changes['acme#sale'] ?? {};
    assert.deepEqual(at.data.changes[`acme#${wayBack?.changeId}`]?.request.prices, { USA: '49.99' });
  });
});

/** The first offer of a territory. */
const offerEntry: PlanEntry = {
  ...targetEntry('USA', null, '0', 'first'),
  after: [{ from: null, price: '0', terms: 'FREE_TRIAL ONE_WEEK x1' }],
};
