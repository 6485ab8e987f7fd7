import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scheduleState } from '../../../functions/prices/apple/schedule-price-list.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { compareEffects } from '../../../functions/prices/plan/steps.ts';
import { stateOf, TODAY } from '../fake-price-list.ts';
import { point } from '../memory.ts';
import { entry, planFor, problemsFor, purchase, rowsOf, summary } from './make-plan.ts';

const DECEMBER = '2026-12-01';
const CHRISTMAS = '2026-12-24';
const SALE_ENDS = '2026-11-29';

const plan = (state: PriceState, wish: Record<string, unknown>) =>
  planFor(state, wish, { kind: 'inAppPurchase' });
const problems = (state: PriceState, wish: Record<string, unknown>) =>
  problemsFor(state, wish, { kind: 'inAppPurchase' });

describe('A price that ends', () => {
  it('is not the price that was asked for: it is written again without its end', async () => {
    const sale = purchase({
      present: { USA: '9.99', GBR: '4.49' },
      automatic: [],
      ends: { GBR: [SALE_ENDS, '8.99'] },
    });
    const made = await plan(sale, { prices: { GBR: '4.49' } });
    assert.deepEqual(summary(made), ['GBR change 4.49→4.49']);
    assert.deepEqual(rowsOf(made), ['GBR-4.49 –', 'USA-9.99 –']);
  });

  it('is so also where Apple lists nothing after it', async () => {
    const sale = purchase({
      present: { USA: '9.99', GBR: '4.49' },
      automatic: [],
      ends: { GBR: [SALE_ENDS] },
    });
    const made = await plan(sale, { prices: { GBR: '4.49' } });
    assert.deepEqual(rowsOf(made), ['GBR-4.49 –', 'USA-9.99 –']);
    assert.deepEqual(entry(made, 'GBR').before, [
      { from: null, price: '4.49', until: SALE_ENDS, source: 'manual' },
    ]);
  });

  it('ends as before where another territory changes', async () => {
    const sale = purchase({
      present: { USA: '9.99', GBR: '4.49', FRA: '5.99' },
      automatic: [],
      ends: { GBR: [SALE_ENDS, '8.99'] },
    });
    assert.deepEqual(rowsOf(await plan(sale, { prices: { FRA: '10.99' } })), [
      'FRA-10.99 –',
      'GBR-4.49 –2026-11-29',
      'USA-9.99 –',
    ]);
  });

  it('is told where the target holds until then only', async () => {
    const state = purchase({ scheduled: { GBR: { [CHRISTMAS]: '4.49' } } });
    const made = await plan(state, { prices: { GBR: '8.99' } });
    assert.deepEqual(entry(made, 'GBR').warnings, [
      'has this price already; nothing is sent',
      `holds until ${CHRISTMAS} only, when the scheduled 4.49 starts`,
    ]);
  });
});

describe('What follows the base territory', () => {
  it('is left to Apple where equal prices are asked for everywhere', async () => {
    const made = await plan(purchase(), { equalizeFrom: { territory: 'USA', price: '10.99' } });
    assert.deepEqual(rowsOf(made), ['GBR-9.99 –', 'USA-10.99 –']);
    assert.equal(entry(made, 'FRA').kind, 'follows');
    assert.deepEqual(entry(made, 'FRA').automatic, { before: true, after: true });
    assert.deepEqual(entry(made, 'GBR').automatic, { before: false, after: false });
  });

  it('of a new product is left to Apple from the start', async () => {
    const made = await plan(stateOf({}), { equalizeFrom: { territory: 'FRA', price: '10.99' } });
    assert.deepEqual(rowsOf(made), ['FRA-10.99 –']);
    assert.deepEqual(
      made.entries
        .filter(({ kind }) => kind === 'follows')
        .map(({ territory, target }) => `${territory} ${target.price}`),
      ['CHN 68.0', 'GBR 8.99', 'IND 999.0', 'JPN 1500', 'USA 9.99'],
    );
  });

  it('gets a price of its own only where it is another one, and that is said', async () => {
    const made = await plan(purchase(), { prices: { FRA: '5.99', JPN: '1500' } });
    assert.deepEqual(summary(made), ['FRA change 10.99→5.99', 'JPN none 1500→1500']);
    assert.deepEqual(entry(made, 'FRA').warnings, [
      'gets a price of its own; no longer follows the base territory',
    ]);
    assert.match(made.warnings?.[0] ?? '', /^FRA get a price of their own and no longer follow the base/);
  });

  describe('where the base moves later', () => {
    const timed = (territory: string, amount: string, startDate?: string, endDate?: string) => ({
      ...{ id: `${territory}@${startDate}`, territory, currency: undefined, startDate, endDate },
      point: point(territory, amount),
    });
    const moving = scheduleState(
      {
        baseTerritory: 'USA',
        manual: [timed('USA', '9.99', undefined, DECEMBER), timed('USA', '14.99', DECEMBER)],
        automatic: [timed('FRA', '10.99', undefined, DECEMBER), timed('FRA', '15.99', DECEMBER)],
      },
      TODAY,
    );

    it('keeps a number that was named: it gets a price of its own, and the plan says why', async () => {
      const made = await plan(moving, { prices: { FRA: '10.99' } });
      assert.deepEqual(rowsOf(made), ['FRA-10.99 –', `USA-9.99 –${DECEMBER}`, `USA-14.99 ${DECEMBER}–`]);
      assert.deepEqual(entry(made, 'FRA').warnings, [
        `gets a price of its own; no longer follows the base territory, which moves it to 15.99 on ${DECEMBER}`,
      ]);
    });

    it('moves with the base where it was asked for as equal to the base’s price, and the plan says when', async () => {
      const made = await plan(moving, { equalizeFrom: { territory: 'USA', price: '9.99' } });
      assert.deepEqual(
        rowsOf(made).filter((row) => row.startsWith('FRA')),
        [],
      );
      assert.deepEqual(entry(made, 'FRA').automatic, { before: true, after: true });
      assert.deepEqual(entry(made, 'FRA').warnings, [
        'has this price already; nothing is sent',
        `holds until ${DECEMBER} only, when it moves with the base territory (15.99)`,
      ]);
    });

    it('is left to Apple until a price that is fixed for a later day, if it does not move before', async () => {
      const later = purchase({ scheduled: { FRA: { [CHRISTMAS]: '12.99' } } });
      assert.deepEqual(rowsOf(await plan(later, { prices: { FRA: '10.99' } })), []);
    });
  });

  it('is asked for by name or as all: the fixed price is taken away', async () => {
    for (const follow of [['GBR'], 'all']) {
      const made = await plan(purchase(), { follow });
      assert.deepEqual(summary(made), ['GBR automatic 8.99→8.99']);
      assert.deepEqual(rowsOf(made), ['USA-9.99 –']);
      assert.deepEqual(entry(made, 'GBR').automatic, { before: false, after: true });
    }
  });

  it('is asked for together with a new price of the base', async () => {
    const made = await plan(purchase(), { prices: { USA: '4.99' }, follow: 'all' });
    assert.deepEqual(summary(made), [
      'GBR automatic 8.99→4.49',
      'USA change 9.99→4.99',
      'FRA follows 10.99→5.99',
      'JPN follows 1500→800',
    ]);
    assert.deepEqual(rowsOf(made), ['USA-4.99 –']);
  });

  it('begins on a day, until which the fixed price stays', async () => {
    const made = await plan(purchase(), { follow: ['GBR'], startDate: DECEMBER });
    assert.deepEqual(rowsOf(made), [`GBR-8.99 –${DECEMBER}`, 'USA-9.99 –']);
  });

  it('is held against the limits and is nothing to do where it does already', async () => {
    const refused = await problemsFor(
      purchase({ present: { USA: '9.99', GBR: '4.49' }, automatic: [] }),
      { follow: ['GBR'] },
      { kind: 'app', limits: { maxIncreasePercent: 50 } },
    );
    assert.deepEqual(refused, ['prices.GBR: 4.49 → 8.99 is +100.2 %; the limit is +50 %']);
    const nothing = await plan(purchase(), { follow: ['FRA'] });
    assert.deepEqual([summary(nothing), rowsOf(nothing)], [['FRA none 10.99→10.99'], []]);
  });

  it('is refused for the base itself', async () => {
    assert.match(
      String(await problems(purchase(), { follow: ['USA'] })),
      /^follow: USA is the base territory/,
    );
  });

  it('is another state at Apple than a fixed price of the same amount, whatever Apple makes of the amount', async () => {
    const made = await plan(purchase(), { follow: ['GBR'] });
    const { effects = {} } = made.steps[0] ?? {};
    assert.equal(compareEffects(purchase(), effects), 'before');
    const followed = purchase({ automatic: ['FRA', 'JPN', 'GBR'] });
    assert.equal(compareEffects(followed, effects), 'after');
    const moved = purchase({ present: { USA: '9.99', GBR: '9.99' }, automatic: ['GBR'] });
    assert.equal(compareEffects(moved, effects), 'after');
  });
});

describe('The base territory', () => {
  it('can become another: it gets its price fixed, the former one keeps its own, all others follow', async () => {
    const made = await plan(purchase(), { baseTerritory: 'FRA', prices: { FRA: '15.99' } });
    assert.deepEqual(made.baseTerritory, { before: 'USA', after: 'FRA' });
    assert.deepEqual(summary(made), ['FRA change 10.99→15.99', 'JPN follows 1500→2200']);
    assert.deepEqual(rowsOf(made), ['FRA-15.99 –', 'GBR-8.99 –', 'USA-9.99 –']);
    assert.match(
      JSON.stringify(made.steps[0]?.write.body),
      /"baseTerritory":\{"data":\{"type":"territories","id":"FRA"/,
    );
    assert.match(made.warnings?.join() ?? '', /the base territory becomes FRA instead of USA/);
  });

  it('keeps its price where none is named, and the plan sends a request for it', async () => {
    const made = await plan(purchase(), { baseTerritory: 'GBR' });
    assert.deepEqual(summary(made), ['GBR change 8.99→8.99']);
    assert.deepEqual(rowsOf(made), ['GBR-8.99 –', 'USA-9.99 –']);
    const { effects = {} } = made.steps[0] ?? {};
    assert.equal(compareEffects(purchase(), effects), 'before');
  });

  it('is changed at once only, and to one that has a price', async () => {
    assert.match(
      String(await problems(purchase(), { baseTerritory: 'FRA', startDate: DECEMBER })),
      /^startDate: Apple changes the base territory at once/,
    );
    assert.match(
      String(await problems(purchase(), { baseTerritory: 'IND' })),
      /^baseTerritory: IND has no price/,
    );
  });
});

describe('A schedule that somebody made', () => {
  it('is taken away where only the named prices shall hold', async () => {
    const state = purchase({ scheduled: { USA: { [CHRISTMAS]: '4.99' }, GBR: { [CHRISTMAS]: '4.49' } } });
    const made = await plan(state, { prices: { USA: '9.99', GBR: '8.99' }, removeScheduled: true });
    assert.deepEqual(summary(made), ['GBR unschedule 8.99→8.99', 'USA unschedule 9.99→9.99']);
    assert.deepEqual(rowsOf(made), ['GBR-8.99 –', 'USA-9.99 –']);
    assert.deepEqual(entry(made, 'GBR').warnings, [`takes away the price 4.49 scheduled for ${CHRISTMAS}`]);
  });

  it('of a territory that follows the base otherwise leaves it to the base again', async () => {
    const state = purchase({ scheduled: { FRA: { [CHRISTMAS]: '5.99' } } });
    const made = await plan(state, { prices: { FRA: '10.99' }, removeScheduled: true });
    assert.deepEqual(summary(made), ['FRA unschedule 10.99→10.99']);
    assert.deepEqual(rowsOf(made), ['GBR-8.99 –', 'USA-9.99 –']);
  });

  it('stays without that', async () => {
    const state = purchase({ scheduled: { GBR: { [CHRISTMAS]: '4.49' } } });
    assert.deepEqual(rowsOf(await plan(state, { prices: { GBR: '8.99' } })), []);
  });
});
