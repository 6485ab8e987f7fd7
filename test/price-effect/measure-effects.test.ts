import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measureEffects } from '../../functions/price-effect/measure/measure-effects.ts';
import { previewEffect } from '../../functions/price-effect/measure/preview-effect.ts';
import { readTable } from '../../functions/tables/read-table.ts';
import { CHANGE_DAY, daysAfterChange, effectWorld, PRODUCT } from './effect-world.ts';

const near = (actual: number | undefined, expected: number, tolerance: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

describe('What a price change did', () => {
  it('is measured once its days are settled: the worked example, after 28 days', async () => {
    const world = effectWorld({ today: daysAfterChange(33) });
    const { changes, failures } = await measureEffects(world.deps);
    assert.deepEqual(failures, []);
    assert.deepEqual(
      changes[0]?.looks.map(({ lookDays, state, dueOn }) => [lookDays, state, dueOn]),
      [
        [7, 'measured', daysAfterChange(10)],
        [28, 'measured', daysAfterChange(31)],
        [56, 'due-later', daysAfterChange(59)],
      ],
    );
    const look = changes[0]?.looks[1]?.detail;
    const [units, proceeds] = look?.measures ?? [];
    assert.equal(units?.outcome, 'fell');
    near(units?.ratio, Math.exp(-0.25607), 1e-5);
    near(units?.low, 0.684, 2e-3);
    near(units?.high, 0.876, 2e-3);
    assert.deepEqual(units?.sums, {
      changedBefore: 1925,
      changedAfter: 745,
      stayedBefore: 3623,
      stayedAfter: 1819,
    });
    assert.match(units?.words ?? '', /In the 2 territories with the new price, sales fell by about 23 %/);
    near(proceeds?.ratio, Math.exp(-0.25607) * (11.99 / 9.99), 2e-3);
    assert.deepEqual(
      units?.territories?.map(({ territory, changedBefore, changedAfter }) => [
        territory,
        changedBefore,
        changedAfter,
      ]),
      [
        ['USA', 1473, 577],
        ['DEU', 452, 168],
      ],
      'each changed territory alone, the larger one first',
    );
    assert.deepEqual(
      [look?.changeDay, look?.changedTerritories, look?.stayedTerritories],
      [CHANGE_DAY, ['DEU', 'USA'], ['FRA', 'GBR', 'JPN']],
    );
    assert.deepEqual(
      world.events.map(({ detailType, detail }) => [detailType, detail['lookDays'], detail['version']]),
      [
        ['Price Effect Measured', 7, 1],
        ['Price Effect Measured', 28, 1],
      ],
    );
    assert.match(String(look?.remarks), /The look after 7 days said: Too little to tell/);
  });

  it('is the same where one territory sells in a currency with large numbers: proceeds are added in old prices', async () => {
    const priceOn = (territory: string, day: string): number =>
      (day >= CHANGE_DAY && ['USA', 'DEU'].includes(territory) ? 11.99 : 9.99) *
      (territory === 'JPN' ? 150 : 1);
    const world = effectWorld({ today: daysAfterChange(33), priceOn });
    const { changes } = await measureEffects(world.deps);
    const [, proceeds] = changes[0]?.looks[1]?.detail?.measures ?? [];
    near(proceeds?.ratio, Math.exp(-0.25607) * (11.99 / 9.99), 2e-3);
  });

  it('of single territories stands in a table of its own', async () => {
    const world = effectWorld({ today: daysAfterChange(33) });
    await measureEffects(world.deps);
    const key = [...world.tables.keys()].find(
      (one) => one.startsWith('tables/price_effect_territories/team=acme/') && one.endsWith('-28.parquet'),
    );
    const columns = await readTable(world.tables.get(key ?? '') ?? new Uint8Array(), [
      'measure',
      'territory',
      'outcome',
    ]);
    assert.deepEqual(columns.get('measure'), ['units', 'units', 'proceeds', 'proceeds']);
    assert.deepEqual(columns.get('territory'), ['USA', 'DEU', 'USA', 'DEU']);
    assert.deepEqual(columns.get('outcome')?.slice(0, 2), ['fell', 'fell']);
  });

  it('is measured and told once, however often the job runs', async () => {
    const world = effectWorld({ today: daysAfterChange(33) });
    await measureEffects(world.deps);
    const reads = world.state.reads;
    await measureEffects(world.deps);
    assert.equal(world.events.length, 2);
    assert.equal(world.written.size, 2);
    assert.equal(world.state.reads, reads, 'no report is read again');
  });

  it('is told by the next run where the bus was down', async () => {
    const world = effectWorld({ today: daysAfterChange(12) });
    world.state.failToSend = true;
    const { failures } = await measureEffects(world.deps);
    assert.deepEqual(failures, [{ changeId: 'autumn', reason: 'the bus is down' }]);
    world.state.failToSend = false;
    await measureEffects(world.deps);
    await measureEffects(world.deps);
    assert.equal(world.events.length, 1);
    assert.equal(world.written.size, 1, 'the look that was written stands');
  });

  it('waits for a day that is not settled, says for which, and counts the days', async () => {
    const world = effectWorld({ today: daysAfterChange(20), missing: [daysAfterChange(8)] });
    const { changes } = await measureEffects(world.deps);
    const [look] = changes[0]?.looks ?? [];
    assert.equal(look?.state, 'waiting');
    assert.equal(look?.reason, `acme/85012345/SALES/SUMMARY/DAILY of ${daysAfterChange(8)} is waiting`);
    assert.equal(world.metrics.get('PriceEffectWaitingDays'), 9);
    assert.equal(world.events.length, 0);
  });

  it('is measured anew when Apple restates a compared day; told again only where a word changes', async () => {
    const world = effectWorld({ today: daysAfterChange(33) });
    await measureEffects(world.deps);
    world.shas.set(daysAfterChange(5), 'second');
    const { changes } = await measureEffects(world.deps);
    assert.deepEqual(
      changes[0]?.looks.map(({ detail }) => detail?.version),
      [2, 2, undefined],
    );
    assert.match(String(changes[0]?.looks[1]?.detail?.remarks[0]), /Apple has restated 1 report of/);
    assert.equal(world.events.length, 2, 'the words are the same');
  });

  it('leaves out a territory whose price somebody else moved', async () => {
    const priceOn = (territory: string, day: string) => {
      if (territory === 'GBR') return day >= daysAfterChange(1) ? 12.49 : 9.99;
      return ['USA', 'DEU'].includes(territory) && day >= CHANGE_DAY ? 11.99 : 9.99;
    };
    const { changes } = await measureEffects(effectWorld({ today: daysAfterChange(33), priceOn }).deps);
    const detail = changes[0]?.looks[1]?.detail;
    assert.deepEqual(detail?.stayedTerritories, ['FRA', 'JPN']);
    assert.match(String(detail?.remarks), /GBR: the price moved without a change of this product/);
  });

  it('is not measured where the same price changed again within the compared days', async () => {
    const { changes } = await measureEffects(
      effectWorld({
        today: daysAfterChange(33),
        changes: [
          {},
          { changeId: 'back', territories: ['DEU'], day: daysAfterChange(20), prices: ['11.99', '9.99'] },
        ],
      }).deps,
    );
    const looks = changes.find(({ changeId }) => changeId === 'autumn')?.looks;
    assert.equal(looks?.[0]?.detail?.measures[0]?.outcome, 'cannot-tell', 'the week ends before it');
    assert.equal(looks?.[1]?.detail?.measures[0]?.outcome, 'disturbed');
    assert.match(looks?.[1]?.detail?.measures[0]?.words ?? '', /DEU changed again on .* \(back\)/);
  });

  it('has no word where every territory changed', async () => {
    const territories = ['USA', 'DEU', 'FRA', 'GBR', 'JPN'];
    const { changes } = await measureEffects(
      effectWorld({ today: daysAfterChange(33), changes: [{ territories }] }).deps,
    );
    const [units] = changes[0]?.looks[1]?.detail?.measures ?? [];
    assert.equal(units?.outcome, 'no-comparison');
    assert.match(units?.words ?? '', /^Every territory changed.*unusual for this app \(usual: /);
  });

  it('of one change can be asked for alone', async () => {
    const world = effectWorld({
      today: daysAfterChange(12),
      changes: [{}, { changeId: 'other', territories: ['FRA'] }],
    });
    const { changes } = await measureEffects(world.deps, { team: 'acme', changeId: 'other' });
    assert.deepEqual(
      changes.map(({ changeId }) => changeId),
      ['other'],
    );
  });
});

describe('The table of price changes', () => {
  it('gets a row per territory that a change moved, once', async () => {
    const world = effectWorld({ today: daysAfterChange(1) });
    await measureEffects(world.deps);
    const [[key, bytes] = ['', new Uint8Array()]] = [...world.tables];
    assert.match(key, /^tables\/price_changes\/team=acme\/[0-9a-f]{32}\.parquet$/);
    const columns = await readTable(bytes, [
      'territory',
      'price_before',
      'price_after',
      'effective_day',
      'reason',
    ]);
    assert.deepEqual(
      [columns.get('territory'), columns.get('price_before'), columns.get('price_after')],
      [
        ['USA', 'DEU'],
        ['9.990000', '9.990000'],
        ['11.990000', '11.990000'],
      ],
    );
    assert.deepEqual(columns.get('effective_day')?.[0], CHANGE_DAY);
    world.tables.set(key, new Uint8Array([1]));
    await measureEffects(world.deps);
    assert.deepEqual(world.tables.get(key), new Uint8Array([1]), 'a file that is there stays');
  });

  it('gets no row of an introductory offer, which is no price, and nothing is measured of it', async () => {
    const changes = [{ kind: 'subscription', isOffer: true }] as const;
    const world = effectWorld({ today: daysAfterChange(40), changes });
    const measured = await measureEffects(world.deps);
    assert.deepEqual(measured.changes, [{ team: 'acme', changeId: 'autumn', looks: [] }]);
    const [bytes = new Uint8Array()] = world.tables.values();
    assert.deepEqual((await readTable(bytes, ['territory'])).get('territory') ?? [], []);
  });
});

describe('What a price change of a subscription did', () => {
  const event = (country: string, name: string, quantity: number, more: Record<string, unknown> = {}) => ({
    subscription_apple_id: PRODUCT,
    event: name,
    quantity,
    country,
    consecutive_paid_periods: 1,
    standard_subscription_duration: '1 Month',
    ...more,
  });
  const world = () =>
    effectWorld({
      today: daysAfterChange(33),
      changes: [{ kind: 'subscription' }],
      events: (day, index) => {
        const at = { event_date: new Date(`${day}T00:00:00Z`) };
        return ['US', 'DE', 'FR', 'GB', 'JP'].flatMap((country, place) => [
          { ...event(country, 'Subscribe', 4 + ((index * (place + 3)) % 5)), ...at },
          {
            ...event(country, 'Start Introductory Offer', 10, {
              subscription_offer_type: 'Free Trial',
              subscription_offer_duration: '1 Week',
            }),
            ...at,
          },
          { ...event(country, 'Paid Subscription from Introductory Offer', 6 + (index % 3)), ...at },
          { ...event(country, 'Cancel', 3, { consecutive_paid_periods: 0 }), ...at },
          { ...event(country, 'Renew', 20), ...at },
          { ...event(country, 'Cancel', 2, { cancellation_reason: 'Price increase' }), ...at },
        ]);
      },
      balance: [
        {
          subscription_apple_id: PRODUCT,
          customer_price: 9.99,
          country: 'US',
          active_standard_price_subscriptions: 300,
        },
        {
          subscription_apple_id: PRODUCT,
          customer_price: 11.99,
          country: 'US',
          active_standard_price_subscriptions: 100,
        },
        {
          subscription_apple_id: PRODUCT,
          customer_price: 9.99,
          country: 'FR',
          active_standard_price_subscriptions: 500,
        },
      ],
    });

  it('is told in parts: starts, trials, first payments, conversions, cancellations, kept prices', async () => {
    const { changes } = await measureEffects(world().deps);
    const measures = changes[0]?.looks[1]?.detail?.measures ?? [];
    assert.deepEqual(
      measures.map(({ measure }) => measure),
      [
        'starts',
        'trials',
        'new_units',
        'new_proceeds',
        'conversions',
        'cancellations',
        'price_cancellations',
        'kept_price',
      ],
    );
    const words = new Map(measures.map((one) => [one.measure, one.words]));
    assert.match(
      words.get('conversions') ?? '',
      /first 7 days that could meet the new price/,
      'a trial lasts a week',
    );
    assert.match(
      words.get('cancellations') ?? '',
      /^Too early: .*1 Month, enough have met the new price after 56 days/,
    );
    assert.match(words.get('price_cancellations') ?? '', /^124 of 124 cancellations/);
    assert.match(words.get('kept_price') ?? '', /^On .*, 300 of 400 paying subscribers .* \(75 %\)/);
    assert.equal(
      measures.find(({ measure }) => measure === 'kept_price')?.outcome,
      'counted',
      'a count has no verdict',
    );
  });
});

describe('Cancellations after a price change that keeps the price of present subscribers', () => {
  // Each day and territory: 40 renewals and 10 cancellations of people who had paid four months. From the first month after
  // the change on also of those who have subscribed since: half of them cancel at the new price, a tenth where it stayed.
  const row = (country: string, name: string, periods: number, quantity: number) => ({
    subscription_apple_id: PRODUCT,
    event: name,
    quantity,
    country,
    consecutive_paid_periods: periods,
    standard_subscription_duration: '1 Month',
  });
  const events = (day: string) =>
    ['US', 'DE', 'FR', 'GB', 'JP'].flatMap((country) => {
      const isChanged = ['US', 'DE'].includes(country);
      const since = day >= daysAfterChange(31) ? 1 : 0;
      return [
        row(country, 'Renew', 5, 40),
        row(country, 'Cancel', 4, 10),
        row(country, 'Renew', 2, since * (isChanged ? 20 : 36)),
        row(country, 'Cancel', 1, since * (isChanged ? 20 : 4)),
      ].map((one) => ({ ...one, event_date: new Date(`${day}T00:00:00Z`) }));
    });
  const measures = async (existingSubscribers: 'keepPrice' | 'newPrice') => {
    const world = effectWorld({
      today: daysAfterChange(61),
      changes: [{ kind: 'subscription', existingSubscribers }],
      events,
    });
    const { changes } = await measureEffects(world.deps);
    return changes[0]?.looks[2]?.detail?.measures ?? [];
  };

  it('are told of those who keep the price and of those at the new price apart', async () => {
    const told = new Map((await measures('keepPrice')).map((one) => [one.measure, one]));
    near(told.get('cancellations_kept_price')?.ratio, 1, 0.01);
    near(told.get('cancellations_new_price')?.ratio, 0.5 / 0.1, 0.02);
    assert.match(
      told.get('cancellations_new_price')?.words ?? '',
      /cancellations of those who subscribed at the new price/i,
    );
    const { changedAfter } = told.get('cancellations_new_price')?.sums ?? {};
    assert.equal(changedAfter, 2 * 28 * 40, 'the renewals due in two territories, days 31 to 58');
  });

  it('are told in one where everybody meets the new price', async () => {
    const names = (await measures('newPrice')).map(({ measure }) => measure);
    assert.ok(names.includes('cancellations'));
    assert.ok(!names.includes('cancellations_kept_price'));
  });
});

describe('Before a price change', () => {
  it('it is told how large an effect would show, and what holding back a territory would gain', async () => {
    const product = { kind: 'inAppPurchase', id: PRODUCT } as const;
    const { deps } = effectWorld({ today: CHANGE_DAY, changes: [] });
    const some = await previewEffect(deps, { team: 'acme', product, territories: ['USA', 'DEU'] });
    assert.match(
      some.words,
      /^After 28 days, a rise of \d+ % or more or a fall of \d+ % or more in sales would show\./,
    );
    const all = await previewEffect(deps, {
      team: 'acme',
      product,
      territories: ['USA', 'DEU', 'FRA', 'GBR', 'JPN'],
    });
    assert.equal(all.showsFrom, undefined);
    const { territories = [], showsFrom = 0 } = all.heldBack ?? {};
    assert.ok(showsFrom > 0 && all.words.includes(`Held back in ${territories.join(', ')}`), all.words);
    assert.match(
      all.words,
      /wherever the product sells, so nothing will tell .* Held back in [A-Z]{3}.* for four weeks, a rise of \d+ % or more or a fall of \d+ % or more in sales would show/,
    );
  });

  it('it is said where there are too few sales', async () => {
    const { deps } = effectWorld({ today: CHANGE_DAY, changes: [] });
    const preview = await previewEffect(deps, {
      team: 'acme',
      product: { kind: 'app', id: '1' },
      territories: ['USA'],
    });
    assert.match(preview.words, /too few sales|wherever the product sells/);
  });
});
