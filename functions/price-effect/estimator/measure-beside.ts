import { addUp } from './daily-series.ts';
import { type Estimate, type Interval, intervalOf } from './estimate.ts';
import { type ChangeData, compare, type Measure, valueBy } from './measure-change.ts';
import { canTell, type UnitSums, wordOf } from './verdict.ts';
import type { LookDays } from './windows.ts';

/** Another product is used where the error with it is at most this share of the one without. Needed, and not a proof. */
// mutation: effect-other-error
const LARGEST_ERROR_SHARE = 0.75;

/** Whether another product makes the answer so much more exact that it is used. */
export const isMoreExact = (
  { standardError }: Pick<Estimate, 'standardError'>,
  alone: Pick<Estimate, 'standardError'>,
): boolean => standardError <= LARGEST_ERROR_SHARE * alone.standardError;

/** Stricter than beside territories, at every look: two products also differ by more than their prices. */
// mutation: effect-other-level
export const BESIDE_LEVEL = 0.98;

/** What a change of every territory looks like beside another product of the team. */
export type BesideProduct =
  /** Too few units in one of the four sums, or too few days that both products share. */
  | { state: 'too-little-data' }
  /** It moves by itself, or sells so little, that it would not make the answer more exact. */
  | { state: 'no-gain' }
  | {
      state: 'compared';
      word: 'more' | 'less' | undefined;
      ratio: number;
      /** The 90 % interval. */
      interval: Interval;
      /** `stayedBefore` and `stayedAfter` are units of the other product. */
      sums: UnitSums;
    };

/**
 * One look at a product whose price changed everywhere, beside another one in the same territories. Both errors are taken
 * from the same earlier dates. Territories are not damped: the same countries weigh alike in both products.
 *
 * @param data `stayed` are the territories of the other product
 */
export function measureBeside(data: ChangeData, measure: Measure, after: LookDays): BesideProduct {
  const other = addUp(data.stayed, valueBy(measure, data.at), () => 1);
  const alone = compare({ ...data, stayed: [] }, measure, after, undefined);
  const { estimate, sums } = compare(data, measure, after, other);
  if (!canTell(alone.estimate, alone.sums) || !canTell(estimate, sums)) return { state: 'too-little-data' };
  if (!isMoreExact(estimate, alone.estimate)) return { state: 'no-gain' };
  const word = wordOf(estimate, BESIDE_LEVEL);
  return {
    state: 'compared',
    word: word === 'rose' ? 'more' : word === 'fell' ? 'less' : undefined,
    ratio: Math.exp(estimate.logRatio),
    interval: intervalOf(estimate, 0.9),
    sums,
  };
}
