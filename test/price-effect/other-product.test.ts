import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings, SettingsError } from '../../functions/platform/config/settings.ts';
import { usableEffectComparisons } from '../../functions/price-effect/change/comparison-rules.ts';
import { measureEffects } from '../../functions/price-effect/measure/measure-effects.ts';
import { previewEffect } from '../../functions/price-effect/measure/preview-effect.ts';
import { readTable } from '../../functions/tables/read-table.ts';
import {
  CHANGE_DAY,
  daysAfterChange,
  type EffectWorldOptions,
  effectWorld,
  PRODUCT,
  unitsOf,
} from './effect-world.ts';

// Both products sell in two territories, and the price of the first one changed in both. In the units of the worked example
// the first product sells those of USA and DEU, the other one those of FRA in USA, of GBR and JPN in DEU.
const OTHER = '6448311070';
const LITE = { kind: 'inAppPurchase', id: OTHER, name: 'Lite' } as const;
const season = (day: number): number => 50 + Math.abs((day % 120) - 60);

type Selling = {
  kind?: 'one-time' | 'subscription';
  hasSeason?: boolean;
  otherPrice?: (day: string) => number;
  changed?: readonly string[];
};

function sales({
  kind = 'one-time',
  hasSeason = true,
  otherPrice = () => 4.99,
  changed = ['US', 'DE'],
}: Selling = {}) {
  return (day: string, index: number) => {
    const units = (place: number) =>
      hasSeason ? Math.floor((unitsOf(place, index) * season(index)) / 50) : unitsOf(place, index);
    const row = (id: string, country: string, sold: number, price: number) => ({
      apple_identifier: id,
      product_type_identifier: kind === 'subscription' ? 'IAY' : 'IA1',
      units: sold,
      developer_proceeds: price * 0.7,
      customer_price: price,
      country_code: country,
      subscription: kind === 'subscription' ? 'New' : null,
    });
    const priceIn = (country: string) => (day >= CHANGE_DAY && changed.includes(country) ? 11.99 : 9.99);
    return [
      row(PRODUCT, 'US', units(0), priceIn('US')),
      row(PRODUCT, 'DE', units(1), priceIn('DE')),
      row(OTHER, 'US', units(2), otherPrice(day)),
      row(OTHER, 'DE', units(3) + units(4), otherPrice(day)),
    ];
  };
}

async function lookOf(options: Partial<EffectWorldOptions> = {}) {
  const world = effectWorld({
    today: daysAfterChange(33),
    sales: sales(),
    comparisons: [{ product: PRODUCT, with: LITE }],
    ...options,
  });
  const { changes, failures } = await measureEffects(world.deps);
  assert.deepEqual(failures, []);
  const detail = changes[0]?.looks[1]?.detail;
  assert.ok(detail !== undefined);
  return { world, detail, main: detail.measures[0] };
}

const events = (otherGroup: string) => (day: string, index: number) =>
  [PRODUCT, OTHER].map((id, place) => ({
    subscription_apple_id: id,
    subscription_group_id: place === 0 ? '21' : otherGroup,
    event: 'Subscribe',
    quantity: 5 + ((index * (place + 3)) % 4),
    country: 'US',
    consecutive_paid_periods: 1,
    standard_subscription_duration: '1 Month',
    event_date: new Date(`${day}T00:00:00Z`),
  }));

describe('A price change of every territory', () => {
  it('is told beside the product that the settings name', async () => {
    const { detail, main, world } = await lookOf();
    assert.equal(main?.outcome, 'less-than-other');
    assert.match(
      main.words,
      /sales were about \d+ % less than if they had moved like those of Lite, which may/,
    );
    assert.deepEqual(main.comparedWith, LITE);
    assert.ok(main.ratio !== undefined && Math.abs(main.ratio - Math.exp(-0.26583)) < 0.01, `${main.ratio}`);
    assert.deepEqual(detail.stayedTerritories, [], 'no territory is said to have kept the price');
    const sent = world.events.find(({ detail: event }) => event['lookDays'] === 28);
    assert.match(JSON.stringify(sent), /"outcome":"less-than-other".*"comparedWith"/);
    const key = [...world.tables.keys()].find(
      (one) => one.startsWith('tables/price_effects/') && one.endsWith('-28.parquet'),
    );
    const table = await readTable(world.tables.get(key ?? '') ?? new Uint8Array(), [
      'outcome',
      'stayed_before',
    ]);
    assert.equal(table.get('outcome')?.[0], 'less-than-other');
    assert.equal(Number(table.get('stayed_before')?.[0]), main.sums?.stayedBefore);
  });

  it('is told as before where the settings name no product for it', async () => {
    const { main } = await lookOf({ comparisons: [{ product: '6448311099', with: LITE }] });
    const { main: without } = await lookOf({ comparisons: [] });
    assert.equal(main?.outcome, 'no-comparison');
    assert.deepEqual(main, without);
    assert.doesNotMatch(main.words, /Lite/);
  });

  it('has no word where the named product makes the answer no more exact', async () => {
    const { main } = await lookOf({ sales: sales({ hasSeason: false }) });
    assert.equal(main?.outcome, 'no-comparison');
    assert.equal(main.comparedWith, undefined);
    assert.match(
      main.words,
      /Lite, which the settings name as comparison, does not make the answer more exact/,
    );
  });

  it('has no word where the price of the named product moved, by a change or by somebody else', async () => {
    const moved = { changeId: 'lite', productId: OTHER, day: daysAfterChange(7) };
    const { main } = await lookOf({ changes: [{}, moved] });
    assert.equal(main?.outcome, 'no-comparison');
    assert.match(main.words, /Lite, .* is not used: its own price moved in the compared days/);
    const byApple = await lookOf({
      sales: sales({ otherPrice: (day) => (day >= daysAfterChange(-10) ? 5.99 : 4.99) }),
    });
    assert.equal(byApple.main?.outcome, 'no-comparison');
    assert.match(String(byApple.detail.remarks), /Comparison with Lite: DEU, USA: the price moved/);
  });

  it('needs no other product where a territory kept its price', async () => {
    const { main, detail } = await lookOf({
      changes: [{ territories: ['USA'] }],
      sales: sales({ changed: ['US'] }),
    });
    assert.deepEqual(detail.stayedTerritories, ['DEU']);
    assert.doesNotMatch(main?.words ?? '', /Lite/);
    assert.notEqual(main?.outcome, 'less-than-other');
  });
});

describe('A price change of a subscription in every territory', () => {
  const firstPayments = async (group?: string) => {
    const { detail } = await lookOf({
      changes: [{ kind: 'subscription' }],
      comparisons: [{ product: PRODUCT, with: { ...LITE, kind: 'subscription' } }],
      sales: sales({ kind: 'subscription' }),
      ...(group !== undefined && { events: events(group) }),
    });
    return detail.measures.find(({ measure }) => measure === 'new_units');
  };

  it('is told beside a subscription of another group, by the same count', async () => {
    const found = await firstPayments('22');
    assert.equal(found?.outcome, 'less-than-other');
    assert.match(found.words, /first payments of subscribers were about \d+ % less than if they had moved/);
  });

  it('is never told beside one of the same group: buyers may choose it instead', async () => {
    const found = await firstPayments('21');
    assert.equal(found?.outcome, 'no-comparison');
    assert.match(found.words, /Lite, .* is in the same subscription group: buyers may choose it instead/);
  });

  it('is not told beside another one where the reports do not name the groups', async () => {
    const found = await firstPayments();
    assert.equal(found?.outcome, 'no-comparison');
    assert.match(found.words, /Lite, .* do not say .* Add SUBSCRIPTION_EVENT\/SUMMARY\/DAILY/);
  });
});

describe('Before a price change of every territory', () => {
  const previewOf = async (
    options: Partial<EffectWorldOptions> = {},
    kind: 'inAppPurchase' | 'subscription' = 'inAppPurchase',
  ) => {
    const { deps } = effectWorld({
      ...{ today: CHANGE_DAY, changes: [], sales: sales(), comparisons: [{ product: PRODUCT, with: LITE }] },
      ...options,
    });
    const product = { kind, id: PRODUCT };
    return previewEffect(deps, { team: 'acme', product, territories: ['USA', 'DEU'] });
  };

  it('it is told how large an effect would show beside the product that the settings name', async () => {
    const preview = await previewOf();
    assert.deepEqual(preview.comparedWith, LITE);
    assert.ok(preview.showsFrom !== undefined && preview.showsFrom > 0);
    assert.match(
      preview.words,
      /^The price changes wherever the product sells, so it will be compared with Lite, which the settings name: after 28 days, a rise of \d+ % or more or a fall of \d+ % or more in sales would show, if the price of Lite stays\./,
    );
    assert.doesNotMatch(preview.words, /nothing will tell/);
  });

  it('the later look finds what was said to show, with the same comparison', async () => {
    const preview = await previewOf();
    const { main } = await lookOf();
    assert.equal(main?.outcome, 'less-than-other');
    assert.ok(1 - 1 / (1 + (preview.showsFrom ?? 9)) < 1 - (main.ratio ?? 1), JSON.stringify(preview));
  });

  it('it is said why the named product does not help', async () => {
    const noGain = await previewOf({ sales: sales({ hasSeason: false }) });
    assert.equal(noGain.comparedWith, undefined);
    assert.match(noGain.words, /nothing will tell .* Lite, .* would not make the answer more exact/);
    const moved = { changeId: 'lite', productId: OTHER, day: daysAfterChange(-7) };
    const { words } = await previewOf({ changes: [moved] });
    assert.match(words, /Lite, .* is not used: its own price moved in the compared days/);
  });

  it('a subscription is compared with one of another group only', async () => {
    const subscriptions = (group: string) => ({
      comparisons: [{ product: PRODUCT, with: { ...LITE, kind: 'subscription' } }],
      sales: sales({ kind: 'subscription' }),
      events: events(group),
    });
    const other = await previewOf(subscriptions('22'), 'subscription');
    assert.match(other.words, /compared with Lite, .* in first payments would show/);
    const same = await previewOf(subscriptions('21'), 'subscription');
    assert.equal(same.comparedWith, undefined);
    assert.match(same.words, /Lite, .* is in the same subscription group/);
  });

  it('needs no other product where a territory keeps its price', async () => {
    const { deps } = effectWorld({
      ...{ today: CHANGE_DAY, changes: [], sales: sales(), comparisons: [{ product: PRODUCT, with: LITE }] },
    });
    const product = { kind: 'inAppPurchase', id: PRODUCT } as const;
    const preview = await previewEffect(deps, { team: 'acme', product, territories: ['USA'] });
    assert.equal(preview.comparedWith, undefined);
    assert.doesNotMatch(preview.words, /Lite/);
  });
});

describe('The settings of comparisons', () => {
  const problemsOf = (effectComparisons: unknown) => {
    const team = { name: 'acme', keys: { reports: 'acme/reports', prices: 'acme/prices' } };
    try {
      parseSettings({ teams: [{ ...team, prices: { effectComparisons } }] }, [usableEffectComparisons]);
      return [];
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return error.problems.map(({ path, message }) => `${path} ${message}`);
    }
  };

  it('name a product, another one, its kind and its name', () => {
    assert.deepEqual(problemsOf([{ product: PRODUCT, with: LITE }]), []);
    const [missing = ''] = problemsOf([{ product: PRODUCT, with: { id: OTHER, name: 'Lite' } }]);
    assert.match(missing, /^teams\[0\]\.prices\.effectComparisons\[0\]\.with\.kind/);
  });

  it('refuse a product as its own comparison, and a second comparison to choose from', () => {
    const [self = ''] = problemsOf([{ product: OTHER, with: LITE }]);
    assert.match(self, /effectComparisons\[0\]\.with\.id "6448311070" is the product itself/);
    const twice = { product: PRODUCT, with: { ...LITE, id: '6448311071' } };
    const [second = ''] = problemsOf([{ product: PRODUCT, with: LITE }, twice]);
    assert.match(second, /effectComparisons\[1\]\.product "6448311069" has a comparison already/);
  });
});
