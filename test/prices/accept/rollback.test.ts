import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollBack } from '../../../functions/prices/accept/rollback.ts';
import type { Plan } from '../../../functions/prices/plan/plan.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import { stateOf, TOMORROW } from '../fake-price-list.ts';
import { acceptedChange } from '../memory.ts';
import { type Kind, planFor } from '../plan/make-plan.ts';
import { acceptance, planOf, wish } from './acceptance.ts';

const DECEMBER = '2026-12-01';
const CHRISTMAS = '2026-12-24';

/** Acceptance that knows an applied change which followed these plans, oldest first. */
async function applied(
  plans: readonly Plan[],
  more: Partial<ChangeRecord> = {},
  now = '2026-11-24T18:00:00Z',
) {
  const at = acceptance();
  const record = acceptedChange(wish({ product: plans[0]?.product }), 1, at.clock.at);
  const planKeys: string[] = [];
  for (const plan of plans)
    planKeys.push(await at.audit.write(record, `000-plan-${plan.sha256}`, { ...plan }));
  at.data.changes['acme#sale'] = {
    ...record,
    state: 'applied',
    everSent: true,
    planKey: planKeys.at(-1),
    planSha256: plans.at(-1)?.sha256,
    planKeys,
    ...more,
  };
  at.clock.at = Date.parse(now);
  return at;
}

/** What the rollback asks for: prices and start, or why it is refused. */
async function takenBack(at: Awaited<ReturnType<typeof applied>>): Promise<unknown> {
  const answer = await rollBack(at, { team: 'acme', changeId: 'sale', requestedBy: 'cfo@acme.example' });
  if (answer.status === 'rejected')
    return answer.problems?.map(({ path, message }) => `${path}: ${message}`).join();
  const { prices, startDate } = at.data.changes[`acme#${answer.changeId}`]?.request ?? {};
  return [prices, startDate];
}

const planned = (state: PriceState, more: Record<string, unknown>, kind: Kind = 'subscription') =>
  planFor(state, { preserveCurrentPrice: kind === 'subscription' ? true : undefined, ...more }, { kind });
const live = (more: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ present: { USA: '9.99', FRA: '10.99' }, earliest: TOMORROW, ...more });
const purchase = (more: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ present: { USA: '9.99' }, baseTerritory: 'USA', ...more });

describe('A rollback', () => {
  it('asks for what was before, under a key of its own', async () => {
    const at = await applied(
      [await planned(live(), { prices: { USA: '4.99', FRA: '10.99' } })],
      {},
      '2026-11-26T18:00:00Z',
    );
    assert.deepEqual(await takenBack(at), [{ USA: '9.99' }, undefined]);
    assert.deepEqual(at.queued, ['rollback-of/sale']);
    assert.equal(at.data.changes['acme#rollback-of/sale']?.request.reason, 'rollback of sale');
  });

  it('of a price that has not started takes it away on its own day', async () => {
    const at = await applied([await planned(live(), { prices: { USA: '4.99' }, startDate: DECEMBER })]);
    assert.deepEqual(await takenBack(at), [{ USA: '9.99' }, DECEMBER]);
  });

  it('brings back the scheduled price that was displaced, on its day', async () => {
    const state = live({ scheduled: { USA: { [CHRISTMAS]: '14.99' } } });
    const plan = await planned(state, { prices: { USA: '4.99', FRA: '5.99' }, startDate: DECEMBER });
    assert.deepEqual(await takenBack(await applied([plan])), [{ USA: '14.99', FRA: '10.99' }, CHRISTMAS]);
  });

  it('brings back the scheduled price that was taken away', async () => {
    const state = live({ scheduled: { USA: { [CHRISTMAS]: '14.99' } } });
    const plan = await planned(state, { prices: { USA: '9.99' } });
    assert.deepEqual(await takenBack(await applied([plan])), [{ USA: '14.99' }, CHRISTMAS]);
  });

  it('says what to ask for where one request cannot say it', async () => {
    const scheduled = { USA: { [CHRISTMAS]: '14.99' }, FRA: { '2026-12-10': '15.99' } };
    const plan = await planned(live({ scheduled }), {
      prices: { USA: '4.99', FRA: '5.99' },
      startDate: DECEMBER,
    });
    assert.equal(
      await takenBack(await applied([plan])),
      `rollback.changeId: what was before starts on different days; request each for itself: from 2026-12-10 on FRA 15.99; from ${CHRISTMAS} on USA 14.99`,
    );
  });

  it('of a schedule asks for the price that was to apply on that day', async () => {
    const state = purchase({ scheduled: { USA: { [DECEMBER]: '14.99' } } });
    const later = await planned(state, { prices: { USA: '4.99' }, startDate: '2026-12-10' }, 'inAppPurchase');
    assert.deepEqual(await takenBack(await applied([later])), [{ USA: '14.99' }, '2026-12-10']);
    const sameDay = await planned(state, { prices: { USA: '4.99' }, startDate: DECEMBER }, 'inAppPurchase');
    assert.deepEqual(await takenBack(await applied([sameDay])), [{ USA: '14.99' }, DECEMBER]);
    const atOnce = await planned(purchase(), { prices: { USA: '4.99' } }, 'app');
    assert.deepEqual(await takenBack(await applied([atOnce])), [{ USA: '9.99' }, undefined]);
  });

  it('of a change that was planned anew half-way takes back all of it', async () => {
    const first = await planned(live(), { prices: { USA: '4.99', FRA: '5.99' } });
    const afterUsa = live({
      scheduled: { USA: { [TOMORROW]: '4.99' } },
      present: { USA: '9.99', FRA: '11.99' },
    });
    const second = await planned(afterUsa, { prices: { USA: '4.99', FRA: '5.99' } });
    const at = await applied([first, second], {}, '2026-11-26T18:00:00Z');
    assert.deepEqual(await takenBack(at), [{ FRA: '11.99', USA: '9.99' }, undefined]);
  });

  it('is refused where nothing was sent, nothing can be taken back, or nobody knows the change', async () => {
    const first = await planned(stateOf({}), { prices: { USA: '4.99' } });
    assert.match(String(await takenBack(await applied([first]))), /it set first prices only/);
    assert.match(
      String(await takenBack(await applied([planOf({})], { everSent: false }))),
      /it has sent nothing/,
    );
    assert.match(String(await takenBack(acceptance())), /has no price change of this name/);
  });

  it('is refused with every fault of its own', async () => {
    const answer = await rollBack(acceptance(), { changeId: '', dryRun: 'yes', force: true });
    assert.deepEqual(
      answer.problems?.map(({ path }) => path),
      ['rollback.team', 'rollback.changeId', 'rollback.requestedBy', 'rollback.dryRun', 'rollback'],
    );
  });

  it('that comes again is a duplicate', async () => {
    const at = await applied([await planned(live(), { prices: { USA: '4.99' }, startDate: DECEMBER })]);
    await takenBack(at);
    const again = await rollBack(at, { team: 'acme', changeId: 'sale', requestedBy: 'cfo@acme.example' });
    assert.equal(again.status, 'duplicate');
  });
});

describe('A rollback of an in-app purchase or app', () => {
  const world = () =>
    stateOf({
      present: { USA: '9.99', FRA: '10.99', GBR: '8.99' },
      automatic: ['FRA'],
      baseTerritory: 'USA',
    });
  const requested = async (at: Awaited<ReturnType<typeof applied>>, more: object = {}) => {
    const answer = await rollBack(at, { team: 'acme', changeId: 'sale', requestedBy: 'cfo', ...more });
    return { answer, request: at.data.changes[`acme#${answer.changeId}`]?.request };
  };

  it('lets a territory follow the base again that followed it before', async () => {
    const plan = await planned(world(), { prices: { FRA: '5.99', GBR: '4.49' } }, 'inAppPurchase');
    const { request } = await requested(await applied([plan]));
    assert.deepEqual([request?.follow, request?.prices], [['FRA'], { GBR: '8.99' }]);
  });

  it('brings the former base territory back', async () => {
    const plan = await planned(world(), { baseTerritory: 'FRA', prices: { FRA: '15.99' } }, 'app');
    const { request } = await requested(await applied([plan]));
    assert.deepEqual([request?.baseTerritory, request?.follow], ['USA', ['FRA']]);
  });

  it('does not make a price permanent that would have ended', async () => {
    const sale = stateOf({
      present: { USA: '9.99', GBR: '4.49' },
      baseTerritory: 'USA',
      ends: { GBR: [DECEMBER, '8.99'] },
    });
    const plan = await planned(sale, { prices: { GBR: '4.49', USA: '10.99' } }, 'inAppPurchase');
    assert.match(
      String(await takenBack(await applied([plan]))),
      /ends by itself \(GBR 4.49 until 2026-12-01\)/,
    );
    const { request } = await requested(await applied([plan]), { except: ['GBR'] });
    assert.deepEqual(request?.prices, { USA: '9.99' });
    const { request: later } = await requested(await applied([plan], {}, '2026-12-02T18:00:00Z'));
    assert.deepEqual([later?.prices, later?.follow], [{ USA: '9.99' }, ['GBR']], 'by then it has ended');
  });
});

describe('A rollback after a later change', () => {
  it('says that it undoes the later one too, in its answer, its reason and its request', async () => {
    const at = await applied([await planned(live(), { prices: { USA: '4.99' }, startDate: DECEMBER })]);
    const second = await planned(live(), { prices: { USA: '14.99' }, startDate: DECEMBER });
    const record = acceptedChange(
      wish({ idempotencyKey: 'second', product: second.product }),
      2,
      at.clock.at,
    );
    const planKey = await at.audit.write(record, `000-plan-${second.sha256}`, { ...second });
    at.data.changes['acme#second'] = {
      ...record,
      state: 'applied',
      everSent: true,
      planKey,
      planSha256: second.sha256,
      planKeys: [planKey],
    };
    const answer = await rollBack(at, { team: 'acme', changeId: 'sale', requestedBy: 'cfo' });
    assert.deepEqual(answer.warnings, ['this also undoes second, which changed the same prices later']);
    const { request } = at.data.changes['acme#rollback-of/sale'] ?? {};
    assert.deepEqual(
      [request?.undoes, request?.rollbackOf, request?.reason],
      [['second'], 'sale', 'rollback of sale, which also undoes second'],
    );
  });
});

describe('A rollback', () => {
  it('names the currency of each price, so that a number is not taken for another currency', async () => {
    const at = await applied([await planned(live(), { prices: { USA: '4.99' }, startDate: DECEMBER })]);
    await takenBack(at);
    assert.deepEqual(at.data.changes['acme#rollback-of/sale']?.request.currencies, { USA: 'USD' });
  });
});
