import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeEffect, type Measured } from '../../../functions/price-effect/estimator/describe-effect.ts';
import type { Estimate } from '../../../functions/price-effect/estimator/estimate.ts';
import {
  judge,
  smallestVisibleEffect,
  type UnitSums,
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
      'Too little to tell: anything from 21 % down to 27 % up fits. In this app an effect below about 52 % rarely shows in 28 days.',
    ));

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

  it('can be asked before the change which effect would show', () =>
    assert.ok(
      smallestVisibleEffect(estimate(1, 0.08), 28) < smallestVisibleEffect(estimate(1, 0.12), 28),
      'a calmer app shows smaller effects',
    ));
});
