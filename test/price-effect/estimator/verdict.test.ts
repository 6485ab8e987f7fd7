import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeEffect, type Measured } from '../../../functions/price-effect/estimator/describe-effect.ts';
import type { Estimate } from '../../../functions/price-effect/estimator/estimate.ts';
import {
  judge,
  smallestVisibleEffect,
  territoryLevel,
  type UnitSums,
  wordOf,
} from '../../../functions/price-effect/estimator/verdict.ts';
import type { LookDays } from '../../../functions/price-effect/estimator/windows.ts';

const SUMS: UnitSums = { changedBefore: 900, changedAfter: 400, stayedBefore: 2000, stayedAfter: 1000 };
const estimate = (ratio: number, standardError: number): Estimate => ({
  logRatio: Math.log(ratio),
  standardError,
  countingError: standardError ** 2,
  spread: standardError,
  fakeDates: 278,
  degrees: 8.1,
});

function said(ratio: number, standardError: number, sums: UnitSums = SUMS, after: LookDays = 28): string {
  const measured: Measured = {
    subject: 'sales',
    after,
    changedTerritories: 12,
    stayedTerritories: 31,
  };
  return describeEffect(judge(estimate(ratio, standardError), sums, after), measured, sums);
}

describe('What is said of the effect of a price change', () => {
  it('fell: by how much, compared with what, and how sure', () =>
    assert.equal(
      said(0.79, 0.08),
      'In the 12 territories with the new price, sales fell by about 21 % compared with the 31 where it stayed (90 % interval: 32 % down to 8 % down).',
    ));

  it('rose', () => assert.match(said(1.4, 0.08), /sales rose by about 40 % compared with the 31/));

  it('about the same only where the whole interval is within a tenth', () => {
    assert.match(said(1.01, 0.03), /stayed about the same .* likely under 10 %/);
    assert.match(said(1.05, 0.06), /^Too little to tell/);
  });

  it('too little to tell: which effects fit, and which would show', () =>
    assert.equal(
      said(1, 0.13),
      'Too little to tell: anything from 21 % down to 27 % up fits. With these data, 28 days usually show only a rise of 52 % or more or a fall of 34 % or more.',
    ));

  it('too little to tell in a small app: no fall is told as more than all', () => {
    assert.equal(
      said(1, 0.45),
      'Too little to tell: anything from 57 % down to 2.3 times as much fits. With these data, 28 days usually show only a rise to 4.2 times or more or a fall of 76 % or more.',
    );
    assert.match(said(1, 1), / a rise to 25 times or more or a fall to almost nothing\.$/);
  });

  it('not enough sales: how many there are and how many are needed', () =>
    assert.equal(
      said(0.5, 0.3, { ...SUMS, changedAfter: 14 }),
      'Not enough sales to tell: 14 in the smallest of the compared periods; 30 are needed.',
    ));

  it('every territory changed: no cause is named', () => {
    const { changedBefore, changedAfter } = SUMS;
    const text = said(0.8, 0.2, { changedBefore, changedAfter });
    assert.match(text, /^Every territory changed/);
    assert.doesNotMatch(text, /because|significant|no effect/);
  });

  it('asks more of the first look: the same numbers are a word after 28 days and none after 7', () => {
    assert.match(said(0.81, 0.085), / fell by about 19 %/);
    assert.match(said(0.81, 0.085, SUMS, 7), /^Too little to tell/);
  });

  it('asks more of a word about one of many territories than of one about all', () => {
    const one = estimate(0.79, 0.08);
    assert.equal(wordOf(one, territoryLevel(1, 28)), 'fell');
    assert.equal(wordOf(one, territoryLevel(40, 28)), 'cannot-tell');
    assert.deepEqual(
      [territoryLevel(1, 7), territoryLevel(1, 28), territoryLevel(5, 28), territoryLevel(100, 56)],
      [0.98, 0.95, 0.98, 0.999],
    );
  });

  it('can be asked before the change which effect would show', () =>
    assert.ok(
      smallestVisibleEffect(estimate(1, 0.08), 0.95) < smallestVisibleEffect(estimate(1, 0.12), 0.95),
      'a calmer app shows smaller effects',
    ));
});
