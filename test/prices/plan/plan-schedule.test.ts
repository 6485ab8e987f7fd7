import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scheduleState } from '../../../functions/prices/apple/schedule-price-list.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { stateOf, TODAY } from '../fake-price-list.ts';
import { point } from '../memory.ts';
import { entry, type Kind, planFor, problemsFor, purchase, rowsOf, summary } from './make-plan.ts';

const DECEMBER = '2026-12-01';
const CHRISTMAS = '2026-12-24';
const plan = (state: PriceState, wish: Record<string, unknown>, limits = {}, kind: Kind = 'inAppPurchase') =>
  planFor(state, wish, { kind, limits });

describe('A schedule written as a whole', () => {
  it('holds the change and everything that stays', async () => {
    const state = purchase({ scheduled: { GBR: { [CHRISTMAS]: '4.49' } } });
    assert.deepEqual(rowsOf(await plan(state, { prices: { FRA: '5.99' } })), [
      'FRA-5.99 –',
      `GBR-8.99 –${CHRISTMAS}`,
      `GBR-4.49 ${CHRISTMAS}–`,
      'USA-9.99 –',
    ]);
  });

  it('keeps the present price before a future one, and other dates beside it', async () => {
    const state = purchase({ scheduled: { USA: { [CHRISTMAS]: '4.99' } } });
    const made = await plan(state, { prices: { USA: '10.99' }, startDate: DECEMBER });
    assert.deepEqual(rowsOf(made), [
      'GBR-8.99 –',
      `USA-9.99 –${DECEMBER}`,
      `USA-10.99 ${DECEMBER}–${CHRISTMAS}`,
      `USA-4.99 ${CHRISTMAS}–`,
    ]);
    assert.deepEqual(entry(made, 'USA').warnings, [
      `holds until ${CHRISTMAS} only, when the scheduled 4.99 starts`,
    ]);
  });

  it('replaces a scheduled price on its own day', async () => {
    const state = purchase({ scheduled: { USA: { [DECEMBER]: '4.99' } } });
    const made = await plan(state, { prices: { USA: '10.99' }, startDate: DECEMBER });
    assert.deepEqual(rowsOf(made), ['GBR-8.99 –', `USA-9.99 –${DECEMBER}`, `USA-10.99 ${DECEMBER}–`]);
    assert.deepEqual(entry(made, 'USA').overwrites, [{ from: DECEMBER, price: '4.99', source: 'base' }]);
  });

  it('loses a scheduled price where the one before it is asked for on its day', async () => {
    const state = purchase({ scheduled: { USA: { [DECEMBER]: '4.99' } } });
    const made = await plan(state, { prices: { USA: '9.99' }, startDate: DECEMBER });
    assert.deepEqual(summary(made), [`USA unschedule 9.99→9.99 from ${DECEMBER}`]);
    assert.deepEqual(rowsOf(made), ['GBR-8.99 –', 'USA-9.99 –']);
    assert.deepEqual(entry(made, 'USA').warnings, [`takes away the price 4.99 scheduled for ${DECEMBER}`]);
  });

  it('keeps the end of a price that ends by itself, also before a gap', async () => {
    const record = (id: string, territory: string, price: string, startDate?: string, endDate?: string) => ({
      id,
      territory,
      currency: undefined,
      startDate,
      endDate,
      point: point(territory, price),
    });
    const manual = [
      record('u', 'USA', '9.99'),
      record('a', 'FRA', '5.99', DECEMBER, '2026-12-10'),
      record('b', 'FRA', '5.99', CHRISTMAS, '2026-12-31'),
    ];
    const schedule = { baseTerritory: 'USA', manual, automatic: [record('c', 'FRA', '10.99')] };
    const made = await plan(scheduleState(schedule, TODAY), { prices: { USA: '4.99' } });
    assert.deepEqual(rowsOf(made), [
      `FRA-5.99 ${DECEMBER}–2026-12-10`,
      `FRA-5.99 ${CHRISTMAS}–2026-12-31`,
      'USA-4.99 –',
    ]);
  });

  it('is not written where every price is right', async () => {
    const made = await plan(purchase(), { prices: { USA: '9.99', FRA: '10.99' } });
    assert.deepEqual([rowsOf(made), summary(made)], [[], ['FRA none 10.99→10.99', 'USA none 9.99→9.99']]);
  });

  it('starts today where today is named', async () => {
    const made = await plan(purchase(), { prices: { USA: '10.99' }, startDate: '2026-11-24' });
    assert.equal(made.startDate, null);
    assert.deepEqual(rowsOf(made), ['GBR-8.99 –', 'USA-10.99 –']);
  });

  it('of a new product has USA as its base, or what there is', async () => {
    const baseOf = async (prices: Record<string, string>) =>
      JSON.stringify((await plan(stateOf({}), { prices }, {}, 'app')).steps[0]?.write.body).match(
        /"territories","id":"(\w+)"/,
      )?.[1];
    assert.equal(await baseOf({ FRA: '5.99', USA: '4.99' }), 'USA');
    assert.equal(await baseOf({ JPN: '800', FRA: '5.99' }), 'FRA');
  });
});

describe('What follows the base territory', () => {
  it('is in the plan when the base moves, and is held against the limits', async () => {
    const made = await plan(purchase(), { prices: { USA: '10.99' } });
    assert.deepEqual(summary(made), [
      'USA change 9.99→10.99',
      'FRA follows 10.99→11.99',
      'JPN follows 1500→1600',
    ]);
    assert.deepEqual(entry(made, 'FRA').warnings, ['moves by itself with the base territory USA']);
    assert.deepEqual(rowsOf(made), ['GBR-8.99 –', 'USA-10.99 –']);
    const territories = { FRA: { ceiling: '11.50' } };
    const problems = await problemsFor(
      purchase(),
      { prices: { USA: '10.99' } },
      { kind: 'inAppPurchase', limits: { territories } },
    );
    assert.deepEqual(problems, ['prices.FRA: 11.99 is above the ceiling of 11.50']);
  });

  it('is not in the plan when another territory moves, nor when it has a price of its own', async () => {
    assert.deepEqual(summary(await plan(purchase(), { prices: { GBR: '4.49' } })), ['GBR change 8.99→4.49']);
    const own = await plan(purchase(), { prices: { USA: '10.99', FRA: '10.99', JPN: '1600' } });
    assert.deepEqual(
      summary(own),
      ['FRA change 10.99→10.99', 'JPN follows 1500→1600', 'USA change 9.99→10.99'],
      'FRA would move with the base and is fixed; what Apple sets in JPN by itself is what was asked for',
    );
    assert.deepEqual(rowsOf(own), ['FRA-10.99 –', 'GBR-8.99 –', 'USA-10.99 –']);
  });

  it('moves with the base until its own scheduled price starts', async () => {
    const state = purchase({ scheduled: { FRA: { [CHRISTMAS]: '5.99' } } });
    const made = await plan(state, { prices: { USA: '10.99' } });
    assert.equal(entry(made, 'FRA').kind, 'follows');
    assert.deepEqual(made.steps[0]?.effects['FRA'], {
      before: [
        { from: null, price: '10.99', source: 'automatic' },
        { from: CHRISTMAS, price: '5.99', source: 'manual' },
      ],
      after: [
        { from: null, price: '11.99', source: 'automatic' },
        { from: CHRISTMAS, price: '5.99', source: 'manual' },
      ],
    });
  });

  it('moves on the day the base does', async () => {
    const made = await plan(purchase(), { prices: { USA: '10.99' }, startDate: DECEMBER });
    assert.deepEqual(summary(made)[1], `FRA follows 10.99→11.99 from ${DECEMBER}`);
  });
});
