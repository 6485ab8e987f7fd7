import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scheduleState } from '../../../functions/prices/apple/schedule-price-list.ts';
import { planSentence } from '../../../functions/prices/plan/plan-rendering.ts';
import { stateOf, TODAY, TOMORROW } from '../fake-price-list.ts';
import { point } from '../memory.ts';
import { planFor, problemsFor, rowsOf } from './make-plan.ts';

const UNTIL = '2026-12-10';
const CHRISTMAS = '2026-12-24';
const purchase = (more: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ present: { USA: '9.99', FRA: '10.99' }, automatic: ['FRA'], baseTerritory: 'USA', ...more });
const live = (more: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ present: { USA: '9.99', FRA: '10.99' }, earliest: TOMORROW, ...more });
const preserveCurrentPrice = false;

describe('A temporary price of an in-app purchase or app', () => {
  const kind = 'inAppPurchase';

  it('of the base territory is followed by the price of before', async () => {
    const plan = await planFor(purchase(), { prices: { USA: '4.99' }, until: UNTIL }, { kind });
    assert.deepEqual(rowsOf(plan), [`USA-4.99 –${UNTIL}`, `USA-9.99 ${UNTIL}–`]);
    assert.match(planSentence(plan), /at once, until 2026-12-10, then back to what holds then \(USA 9\.99/);
  });

  it('of a territory that follows the base ends, and the territory follows again', async () => {
    const plan = await planFor(purchase(), { prices: { FRA: '5.99' }, until: UNTIL }, { kind });
    assert.deepEqual(rowsOf(plan), [`FRA-5.99 –${UNTIL}`, 'USA-9.99 –']);
    assert.deepEqual(
      plan.wayBack?.prices.map(({ territory, price }) => `${territory} ${price}`),
      ['FRA 10.99'],
    );
  });

  it('lies over scheduled prices: what starts within it starts when it ends', async () => {
    const scheduled = { USA: { '2026-12-01': '14.99', [CHRISTMAS]: '19.99' } };
    const plan = await planFor(purchase({ scheduled }), { prices: { USA: '4.99' }, until: UNTIL }, { kind });
    assert.deepEqual(rowsOf(plan), [
      `USA-4.99 –${UNTIL}`,
      `USA-14.99 ${UNTIL}–${CHRISTMAS}`,
      `USA-19.99 ${CHRISTMAS}–`,
    ]);
    assert.deepEqual(plan.wayBack?.prices, [{ territory: 'USA', price: '14.99', currency: 'USD' }]);
  });

  it('is fixed where the price that follows the base moves before its end', async () => {
    const price = (territory: string, amount: string, startDate?: string, endDate?: string) => ({
      ...{ id: `${territory}@${startDate}`, territory, currency: undefined, startDate, endDate },
      point: point(territory, amount),
    });
    const day = '2026-12-01';
    const moving = scheduleState(
      {
        baseTerritory: 'USA',
        manual: [price('USA', '9.99', undefined, day), price('USA', '14.99', day)],
        automatic: [price('FRA', '10.99', undefined, day), price('FRA', '15.99', day)],
      },
      TODAY,
    );
    const wish = { prices: { FRA: '10.99' }, until: UNTIL };
    const rows = rowsOf(await planFor(moving, wish, { kind }));
    assert.ok(rows.includes(`FRA-10.99 –${UNTIL}`), `rows: ${rows.join()}`);
    // Where it does not move, it is left to Apple.
    assert.deepEqual(rowsOf(await planFor(purchase(), wish, { kind })), []);
  });

  it('may start later', async () => {
    const wish = { prices: { USA: '4.99' }, startDate: '2026-12-05', until: UNTIL };
    const plan = await planFor(purchase(), wish, { kind });
    assert.deepEqual(rowsOf(plan), [
      'USA-9.99 –2026-12-05',
      `USA-4.99 2026-12-05–${UNTIL}`,
      `USA-9.99 ${UNTIL}–`,
    ]);
    assert.match(
      (await problemsFor(purchase(), { ...wish, until: '2026-12-05' }, { kind })).join(),
      /too early/,
    );
  });
});

describe('A temporary price of a subscription', () => {
  it('goes back to what is scheduled by then, else to the present price', async () => {
    const state = live({ scheduled: { FRA: { [CHRISTMAS]: '15.99' } } });
    const wish = { prices: { USA: '4.99', FRA: '5.99' }, preserveCurrentPrice };
    const soon = await planFor(state, { ...wish, until: UNTIL });
    const later = await planFor(state, { ...wish, until: '2026-12-30' });
    const prices = [soon, later].map(({ wayBack }) =>
      wayBack?.prices.map(({ territory, price }) => `${territory} ${price}`),
    );
    assert.deepEqual(prices, [
      ['FRA 10.99', 'USA 9.99'],
      ['FRA 15.99', 'USA 9.99'],
    ]);
  });

  it('that is the present one has no way back', async () => {
    const plan = await planFor(live(), { prices: { USA: '9.99' }, until: UNTIL, preserveCurrentPrice });
    assert.deepEqual([plan.steps, plan.wayBack], [[], undefined]);
  });

  it('is approved together with its way back', async () => {
    const wish = { prices: { USA: '4.99' }, preserveCurrentPrice };
    const [one, other] = [await planFor(live(), { ...wish, until: UNTIL }), await planFor(live(), wish)];
    assert.notEqual(one.sha256, other.sha256);
  });
});
