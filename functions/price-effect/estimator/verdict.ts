import { type Estimate, type Interval, intervalOf, type NoEstimate } from './estimate.ts';
import { type Level, studentQuantile } from './student-quantile.ts';
import type { LookDays } from './windows.ts';

/** Fewer units than this in one of the four sums, and an interval is right but too wide to be of use. */
export const LEAST_UNITS = 30;
/** An interval within these bounds is "about the same". */
const SAME = { low: 0.9, high: 1.1 };
/** An effect that shows in four cases of five lies so many standard errors beyond the word's own interval. */
const FOUND_FOUR_IN_FIVE = 0.9;

/** Undamped units before and after, in the territories that changed and in those that stayed. */
export type UnitSums = {
  changedBefore: number;
  changedAfter: number;
  /** Undefined where every territory changed. */
  stayedBefore?: number;
  stayedAfter?: number;
};

export type Outcome = 'rose' | 'fell' | 'same' | 'cannot-tell' | 'too-little-data' | 'no-comparison';

export type Verdict = {
  outcome: Outcome;
  /** The ratio itself, e.g. 0.79; undefined where nothing is told. */
  ratio?: number;
  /** The 90 % interval, which is always shown. */
  interval?: Interval;
  /** An effect below this share (0.35 is 35 %) rarely shows with these data. */
  rarelyShowsBelow?: number;
};

/**
 * The level of the interval that a word needs: stricter than the interval that is shown, and strictest at the first look, so
 * that over all three looks a change without effect is called one in about 7 % of apps.
 */
// mutation: effect-word-level
export const wordLevel = (after: LookDays): Level => (after === 7 ? 0.98 : 0.95);

/** The smallest effect, as a share of sales, that shows in four cases of five. */
export function smallestVisibleEffect(
  { standardError, degrees }: Pick<Estimate, 'standardError' | 'degrees'>,
  after: LookDays,
): number {
  const reach = studentQuantile(wordLevel(after), degrees) + FOUND_FOUR_IN_FIVE;
  return Math.exp(reach * standardError) - 1;
}

const smallestOf = (sums: UnitSums): number =>
  Math.min(...Object.values(sums).filter((units) => units !== undefined));

/** What can be said of an estimate; the words for it are in `describe-effect.ts`. */
export function judge(estimate: Estimate | NoEstimate, sums: UnitSums, after: LookDays): Verdict {
  // mutation: effect-too-little
  if ('reason' in estimate || smallestOf(sums) < LEAST_UNITS) return { outcome: 'too-little-data' };
  const interval = intervalOf(estimate, 0.9);
  const shown = {
    ratio: Math.exp(estimate.logRatio),
    interval,
    rarelyShowsBelow: smallestVisibleEffect(estimate, after),
  };
  // mutation: effect-no-comparison
  if (sums.stayedBefore === undefined) return { outcome: 'no-comparison', ...shown };
  const strict = intervalOf(estimate, wordLevel(after));
  if (strict.low > 1) return { outcome: 'rose', ...shown };
  if (strict.high < 1) return { outcome: 'fell', ...shown };
  if (interval.low >= SAME.low && interval.high <= SAME.high) return { outcome: 'same', ...shown };
  return { outcome: 'cannot-tell', ...shown };
}
