import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scheduleState } from '../../../functions/prices/apple/schedule-price-list.ts';
import { subscriptionState } from '../../../functions/prices/apple/subscription-price-list.ts';
import {
  sameTimeline,
  type Timeline,
  timelineOf,
  timelineOn,
} from '../../../functions/prices/plan/price-state.ts';
import { compareEffects, endedPrices } from '../../../functions/prices/plan/steps.ts';
import { stateOf, TODAY } from '../fake-price-list.ts';
import { point } from '../memory.ts';

const line = (...prices: [string | null, string][]): Timeline =>
  prices.map(([from, price]) => ({ from, price }));

describe('A timeline of prices', () => {
  it('is the present price and the scheduled ones in order, without those that change nothing', () => {
    const state = stateOf({
      present: { USA: '9.99' },
      scheduled: { USA: { '2026-12-24': '9.99', '2026-12-10': '4.99', '2026-12-01': '9.990' } },
    });
    assert.deepEqual(
      timelineOf(state.territories.get('USA')),
      line([null, '9.99'], ['2026-12-10', '4.99'], ['2026-12-24', '9.99']),
    );
    assert.deepEqual(timelineOf(undefined), []);
  });

  it('reads on a later day as Apple will show it then', () => {
    const timeline = line([null, '9.99'], ['2026-12-01', '14.99'], ['2026-12-10', '19.99']);
    assert.deepEqual(timelineOn(timeline, '2026-11-30'), timeline);
    assert.deepEqual(timelineOn(timeline, '2026-12-01'), line([null, '14.99'], ['2026-12-10', '19.99']));
    assert.deepEqual(timelineOn(timeline, '2027-01-01'), line([null, '19.99']));
    assert.deepEqual(timelineOn(line(['2026-12-01', '9.99']), '2026-11-30'), line(['2026-12-01', '9.99']));
  });

  it('is the same as another that says the same on that day', () => {
    const planned = line([null, '9.99'], ['2026-11-25', '14.99']);
    const shown = line([null, '14.990']);
    assert.equal(sameTimeline(planned, shown, '2026-11-24'), false);
    assert.equal(sameTimeline(planned, shown, '2026-11-25'), true);
    assert.equal(sameTimeline(planned, line([null, '9.99'], ['2026-11-26', '14.99']), '2026-11-24'), false);
    assert.equal(sameTimeline(line([null, '999']), line([null, '999.0']), '2026-11-24'), true);
    assert.equal(sameTimeline([], planned, '2026-11-24'), false);
  });
});

describe('The present price of a subscription', () => {
  const record = (price: string, startDate: string | undefined, preserved = false) => ({
    id: `${price} ${startDate} ${preserved}`,
    territory: 'USA',
    startDate,
    preserved,
    plan: 'UPFRONT' as const,
    currency: 'USD',
    point: point('USA', price),
  });
  const presentOf = (...records: ReturnType<typeof record>[]) =>
    subscriptionState(records, TODAY).territories.get('USA')?.present?.customerPrice;

  it('is the one that began last', () => {
    assert.equal(presentOf(record('9.99', undefined), record('7.99', '2026-11-01')), '7.99');
    assert.equal(presentOf(record('9.99', undefined), record('12.99', '2027-01-01')), '9.99');
  });

  it('is not what present subscribers keep, though that has a start date and the new price has none', () => {
    assert.equal(presentOf(record('4.99', '2026-11-23', true), record('12.99', undefined)), '12.99');
  });

  it('is the preserved one where Apple lists no other', () => {
    assert.equal(presentOf(record('9.99', undefined, true)), '9.99');
  });
});

describe('The effect of a step', () => {
  const effects = {
    USA: { before: line([null, '9.99']), after: line([null, '9.99'], ['2026-11-25', '14.99']) },
    FRA: { before: line([null, '10.99']), after: line([null, '10.99'], ['2026-11-25', '15.99']) },
  };
  const before = { USA: '9.99', FRA: '10.99' };

  it('shows whole, not at all, or in part', () => {
    const all = { USA: { '2026-11-25': '14.99' }, FRA: { '2026-11-25': '15.99' } };
    assert.equal(compareEffects(stateOf({ present: before }), effects), 'before');
    assert.equal(compareEffects(stateOf({ present: before, scheduled: all }), effects), 'after');
    assert.equal(compareEffects(stateOf({ present: before, scheduled: { USA: all.USA } }), effects), 'other');
    assert.equal(compareEffects(stateOf({ present: { ...before, FRA: '5.99' } }), effects), 'other');
  });

  it('is still known when its day has come in between', () => {
    const next = { ...stateOf({ present: { USA: '14.99', FRA: '15.99' } }), today: '2026-11-25' };
    assert.equal(compareEffects(next, effects), 'after');
    assert.equal(compareEffects({ ...stateOf({ present: before }), today: '2026-11-25' }, effects), 'before');
  });

  it('can no longer be told once a scheduled price has followed the one that it set', () => {
    const planned = {
      USA: {
        before: line([null, '9.99'], ['2026-12-07', '12.99']),
        after: line([null, '4.99'], ['2026-12-07', '12.99']),
      },
    };
    const shown = { ...stateOf({ present: { USA: '12.99' } }), today: '2026-12-07' };
    assert.equal(compareEffects({ ...shown, today: '2026-12-06' }, planned), 'other');
    assert.equal(compareEffects(shown, planned), 'ended');
    assert.deepEqual(
      endedPrices(planned, shown.today).map(({ territory, price, lastDay }) => [territory, price, lastDay]),
      [['USA', '4.99', '2026-12-06']],
    );
    // One request: what another territory shows of it is true of this one as well.
    const followed = { FRA: { before: line([null, '9.99']), after: line([null, '4.99']) }, ...planned };
    const other = (FRA: string) => ({
      ...shown,
      ...stateOf({ present: { USA: '12.99', FRA } }),
      today: shown.today,
    });
    assert.equal(compareEffects(other('4.99'), followed), 'after');
    assert.equal(compareEffects(other('9.99'), followed), 'before');
  });

  it('is told where the price that it set is still there, or where it took one away', () => {
    const onDay = { ...stateOf({ present: { USA: '4.99' } }), today: '2026-12-07' };
    const sooner = {
      USA: { before: line([null, '9.99'], ['2026-12-07', '4.99']), after: line([null, '4.99']) },
    };
    assert.equal(compareEffects(onDay, sooner), 'after');
    const away = { USA: { before: [{ from: null, price: '0', until: '2026-12-01' }], after: [] } };
    assert.equal(compareEffects({ ...stateOf({}), today: '2026-12-07' }, away), 'after');
  });

  it('that changes nothing has taken place', () => {
    const stays = { USA: { before: line([null, '9.99']), after: line([null, '9.99']) } };
    assert.equal(compareEffects(stateOf({ present: { USA: '9.99' } }), stays), 'after');
    assert.equal(TODAY, stateOf({}).today);
  });
});

describe('A schedule as Apple lists it', () => {
  const record = (territory: string, price: string, startDate?: string, endDate?: string) => ({
    id: `${territory} ${price} ${startDate}`,
    territory,
    currency: 'EUR',
    startDate,
    endDate,
    point: point(territory, price),
  });
  const timeline = (manual: ReturnType<typeof record>[], automatic: ReturnType<typeof record>[] = []) =>
    timelineOf(scheduleState({ baseTerritory: 'USA', manual, automatic }, TODAY).territories.get('FRA'));

  it('has as present price the one that started last, whatever the order of the list', () => {
    const prices = [
      record('FRA', '5.99', '2026-11-01'),
      record('FRA', '10.99'),
      record('FRA', '4.99', '2026-10-01'),
    ];
    assert.deepEqual(timeline(prices), [{ from: null, price: '5.99', source: 'manual' }]);
  });

  it('follows the base before, between and after the prices of a territory itself', () => {
    assert.deepEqual(
      timeline(
        [record('FRA', '5.99', '2026-12-01', '2026-12-10')],
        [record('FRA', '10.99', undefined, '2026-12-01'), record('FRA', '11.99', '2026-12-10')],
      ),
      [
        { from: null, price: '10.99', source: 'automatic' },
        { from: '2026-12-01', price: '5.99', source: 'manual' },
        { from: '2026-12-10', price: '11.99', source: 'automatic' },
      ],
    );
  });

  it('forgets what is over, and knows an end after which nothing is listed', () => {
    const prices = [
      record('FRA', '4.99', '2026-11-01', '2026-11-10'),
      record('FRA', '5.99', '2026-11-10', '2026-12-01'),
    ];
    assert.deepEqual(timeline(prices), [
      { from: null, price: '5.99', until: '2026-12-01', source: 'manual' },
    ]);
  });
});

describe('Two timelines that say who decides the price', () => {
  const TODAY_ONLY = '2026-11-24';
  it('differ where a price became fixed, and not where Apple moved an automatic one', () => {
    const automatic: Timeline = [{ from: null, price: '10.99', source: 'automatic' }];
    assert.equal(
      sameTimeline(automatic, [{ from: null, price: '10.99', source: 'manual' }], TODAY_ONLY),
      false,
    );
    assert.equal(
      sameTimeline(automatic, [{ from: null, price: '11.99', source: 'automatic' }], TODAY_ONLY),
      true,
    );
    assert.equal(
      sameTimeline(automatic, [{ from: null, price: '10.99' }], TODAY_ONLY),
      true,
      'an older plan',
    );
  });

  it('differ where one of them ends', () => {
    const sale: Timeline = [{ from: null, price: '4.99', until: '2026-12-01', source: 'manual' }];
    assert.equal(sameTimeline(sale, [{ from: null, price: '4.99', source: 'manual' }], TODAY_ONLY), false);
    assert.equal(sameTimeline(sale, [], '2026-12-01'), true, 'it is over by then');
  });
});
