import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TerritoryDays } from '../../../functions/price-effect/estimator/daily-series.ts';
import { describeBeside } from '../../../functions/price-effect/estimator/describe-beside.ts';
import { measureBeside } from '../../../functions/price-effect/estimator/measure-beside.ts';

// The worked example's five territories as two products: the first two numbers are sold of the one whose price changed
// everywhere on day 180, the others of the other one. The expected numbers were computed by a script of its own in Python.
const BASE = [20, 6, 40, 9, 3];
const STEP = [7, 5, 11, 3, 2];
const MODULUS = [9, 4, 13, 5, 3];
const WEEKEND = [8, 2, 10, 3, 0];
const AT = 180;

/** A season that both products share: 1 to 2.2 times as much, up and down in 120 days. */
const season = (day: number): number => 50 + Math.abs((day % 120) - 60);

function territory(place: number, { percent = 100, hasSeason = true, days = 216 } = {}): TerritoryDays {
  const units = Array.from({ length: days }, (_, day) => {
    const weekend = day % 7 >= 5 ? (WEEKEND[place] ?? 0) : 0;
    const plain = (BASE[place] ?? 0) + ((day * (STEP[place] ?? 0)) % (MODULUS[place] ?? 1)) + weekend;
    const sold = day >= AT ? Math.floor((plain * percent) / 100) : plain;
    return hasSeason ? Math.floor((sold * season(day)) / 50) : sold;
  });
  return { units };
}

const products = (percent: number, hasSeason = true) => ({
  changed: [0, 1].map((place) => territory(place, { percent, hasSeason })),
  stayed: [2, 3, 4].map((place) => territory(place, { hasSeason })),
  at: AT,
  first: 0,
});

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);

function compared(percent: number, after: 7 | 28) {
  const result = measureBeside(products(percent), 'units', after);
  assert.ok(result.state === 'compared', result.state);
  return result;
}

describe('A product whose price changed everywhere, beside another product', () => {
  it('is compared where the other one shares its season: ratio, interval, sums', () => {
    const result = compared(80, 28);
    near(result.ratio, Math.exp(-0.265830206), 1e-8);
    // 2.132 is Student's quantile of 90 % for 4 degrees.
    near(result.interval.low, Math.exp(-0.265830206 - 2.132 * 0.044152465), 1e-4);
    near(result.interval.high, Math.exp(-0.265830206 + 2.132 * 0.044152465), 1e-4);
    assert.deepEqual(result.sums, {
      changedBefore: 3086,
      changedAfter: 967,
      stayedBefore: 5821,
      stayedAfter: 2380,
    });
    assert.equal(result.word, 'less');
  });

  it('needs an interval of 98 % for a word, after 28 days too', () => {
    const { ratio, word, interval } = compared(89, 28);
    assert.ok(ratio * Math.exp(2.776 * 0.0442) < 1, 'an interval of 95 % lies below 1');
    assert.ok(interval.high < 1);
    assert.equal(word, undefined);
  });

  it('is not compared where the error would not be a quarter smaller: there is no season to share', () =>
    assert.deepEqual(measureBeside(products(80, false), 'units', 28), { state: 'no-gain' }));

  it('is not compared with a product of a few sales, or of a short history', () => {
    const few = { ...products(80), stayed: [{ units: new Array<number>(216).fill(0).fill(1, AT + 3) }] };
    assert.deepEqual(measureBeside(few, 'units', 28), { state: 'too-little-data' });
    assert.deepEqual(measureBeside({ ...products(80), first: 100 }, 'units', 28), {
      state: 'too-little-data',
    });
  });

  it('is told without a cause, and with the reasons that the other one may have', () => {
    const beside = { subject: 'sales', name: 'Lite', territories: 2 };
    const words = describeBeside(compared(80, 28), beside);
    assert.equal(
      words,
      'No territory kept its price, so the comparison is Lite, which the settings name, in the same 2 territories, where its price stayed. After the change, sales were about 23 % less than if they had moved like those of Lite, which may have its own reasons (90 % interval: 30 % down to 16 % down).',
    );
    assert.match(
      describeBeside(compared(89, 28), beside),
      /^Compared with Lite .* too little to tell: anything from \d+ % down to \d+ % down fits\.$/,
    );
    assert.match(describeBeside({ state: 'no-gain' }, beside), /Lite, which the settings name/);
  });
});
