import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addUp,
  comparisonWeight,
  type TerritoryDays,
} from '../../../functions/price-effect/estimator/daily-series.ts';
import {
  type Estimate,
  estimateEffect,
  intervalOf,
} from '../../../functions/price-effect/estimator/estimate.ts';
import { type Level, studentQuantile } from '../../../functions/price-effect/estimator/student-quantile.ts';
import type { LookDays } from '../../../functions/price-effect/estimator/windows.ts';

// The worked example: five territories, 216 days, a change on day 180 in the first two that costs a fifth of the units.
const BASE = [20, 6, 40, 9, 3];
const STEP = [7, 5, 11, 3, 2];
const MODULUS = [9, 4, 13, 5, 3];
const WEEKEND = [8, 2, 10, 3, 0];
const AT = 180;

const unitsOf = (territory: number): number[] =>
  Array.from({ length: 216 }, (_, day) => {
    const weekend = day % 7 >= 5 ? (WEEKEND[territory] ?? 0) : 0;
    const units =
      (BASE[territory] ?? 0) + ((day * (STEP[territory] ?? 0)) % (MODULUS[territory] ?? 1)) + weekend;
    return day >= AT && territory <= 1 ? Math.floor((units * 8) / 10) : units;
  });
const territories: TerritoryDays[] = BASE.map((_, territory) => ({ units: unitsOf(territory) }));

function estimate(after: LookDays, damped = true): Estimate {
  const result = estimateEffect({
    changed: addUp(
      territories.slice(0, 2),
      ({ units }) => units,
      () => 1,
    ),
    comparison: addUp(
      territories.slice(2),
      ({ units }) => units,
      ({ units }) => (damped ? comparisonWeight(units, AT) : 1),
    ),
    at: AT,
    after,
  });
  assert.ok('logRatio' in result, 'the history is long enough');
  return result;
}

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);

describe('The effect of a price change', () => {
  it('is computed on the units of the worked example', () =>
    assert.deepEqual(unitsOf(0).slice(0, 10), [20, 27, 25, 23, 21, 36, 34, 24, 22, 20]));

  it('damps large comparison territories', () => {
    const weights = territories.slice(2).map(({ units }) => comparisonWeight(units, AT));
    for (const [index, expected] of [0.068162, 0.231712, 0.471698].entries())
      near(weights[index] ?? 0, expected, 1e-6);
  });

  const looks = [
    [7, -0.290539, 0.010447, 0.01798, 0.102213, 112, 5.217, [0.61, 0.917], 0.98, [0.533, 1.049]],
    [28, -0.25607, 0.003345, 0.00529, 0.057832, 91, 4, [0.684, 0.876], 0.95, [0.659, 0.909]],
  ] satisfies [LookDays, number, number, number, number, number, number, number[], Level, number[]][];
  for (const [after, log, error, spread, standardError, fakes, degrees, shown, level, word] of looks) {
    it(`after ${after} days: ratio, error and intervals`, () => {
      const found = estimate(after);
      near(found.logRatio, log, 1e-6);
      near(found.countingError, error, 1e-6);
      near(found.spread, spread, 1e-6);
      near(found.standardError, standardError, 1e-6);
      assert.equal(found.fakeDates, fakes);
      near(found.degrees, degrees, 1e-3);
      const ninety = intervalOf(found, 0.9);
      near(ninety.low, shown[0] ?? 0, 2e-3);
      near(ninety.high, shown[1] ?? 0, 2e-3);
      const forWord = intervalOf(found, level);
      near(forWord.low, word[0] ?? 0, 2e-3);
      near(forWord.high, word[1] ?? 0, 2e-3);
    });
  }

  it('without damping is the plain ratio of ratios', () => {
    near(estimate(7, false).logRatio, -0.293308, 1e-6);
    near(estimate(28, false).logRatio, -0.260003, 1e-5);
  });

  it('is not told from a history that is too short', () => {
    const series = addUp(
      territories.slice(0, 1),
      ({ units }) => units,
      () => 1,
    );
    assert.deepEqual(estimateEffect({ changed: series, comparison: undefined, at: 80, after: 28 }), {
      reason: 'short-history',
      fakeDates: 0,
      degrees: (2 * 89) / 90,
    });
  });

  it('is told from the day on which 19 earlier dates can be compared', () => {
    const series = addUp(
      territories.slice(0, 1),
      ({ units }) => units,
      () => 1,
    );
    const at = (day: number) => estimateEffect({ changed: series, comparison: undefined, at: day, after: 7 });
    assert.deepEqual(at(86), { reason: 'short-history', fakeDates: 18, degrees: (2 * 86) / 69 });
    assert.ok('logRatio' in at(87));
  });

  it('leaves out earlier dates near another price change', () => {
    const series = addUp(
      territories.slice(0, 1),
      ({ units }) => units,
      () => 1,
    );
    const all = estimateEffect({ changed: series, comparison: undefined, at: AT, after: 7 });
    const fewer = estimateEffect({
      changed: series,
      comparison: undefined,
      at: AT,
      after: 7,
      earlierChanges: [100],
    });
    assert.ok(fewer.fakeDates < all.fakeDates);
  });

  it('takes its quantiles from Student, as tables print them', () => {
    const degrees = [2, 2.5, 3, 4, 5, 6, 8, 10, 15, 30];
    const printed: readonly (readonly [Level, readonly number[]])[] = [
      [0.9, [2.92, 2.558, 2.353, 2.132, 2.015, 1.943, 1.86, 1.812, 1.753, 1.697]],
      [0.95, [4.303, 3.575, 3.182, 2.776, 2.571, 2.447, 2.306, 2.228, 2.131, 2.042]],
      [0.98, [6.965, 5.353, 4.541, 3.747, 3.365, 3.143, 2.896, 2.764, 2.602, 2.457]],
    ];
    for (const [level, quantiles] of printed)
      for (const [index, expected] of quantiles.entries())
        near(studentQuantile(level, degrees[index] ?? 0), expected, 6e-4);
    near(studentQuantile(0.999, 10), 4.587, 1e-3);
    near(studentQuantile(0.95, 1000), 2.042, 1e-3);
  });
});
