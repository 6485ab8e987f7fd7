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
  /** A rise below this share (0.35 is 35 %) rarely shows with these data, nor a fall of less than its `visibleFall`. */
  rarelyShowsBelow?: number;
};

/**
 * The level of the interval that a word needs: stricter than the interval that is shown, and strictest at the first look, so
 * that over all three looks a change without effect is called one in about 7 % of apps.
 */
// mutation: effect-word-level
export const wordLevel = (after: LookDays): Level => (after === 7 ? 0.98 : 0.95);

/** The smallest rise, as a share of sales, that gets a word of this level in four cases of five: 0.35 is 35 %. For a fall see `visibleFall`. */
export function smallestVisibleEffect(
  { standardError, degrees }: Pick<Estimate, 'standardError' | 'degrees'>,
  level: Level,
): number {
  const reach = studentQuantile(level, degrees) + FOUND_FOUR_IN_FIVE;
  return Math.exp(reach * standardError) - 1;
}

/** The smallest fall that shows as often as a rise by this share: errors are even in ratios, so 1.35 times goes with 1 / 1.35. */
export const visibleFall = (rise: number): number => 1 - 1 / (1 + rise);

/**
 * The level for words about single territories, of which `shown` stand in one table: the more there are, the more of them
 * would be called a change by chance. One word in ten tables without an effect is allowed for, and no territory needs less
 * than the whole does.
 */
// mutation: effect-territory-level
export const territoryLevel = (shown: number, after: LookDays): Level =>
  Math.max(wordLevel(after), 1 - 0.1 / Math.max(1, shown));

const smallestOf = (sums: UnitSums): number =>
  Math.min(...Object.values(sums).filter((units) => units !== undefined));

/** Whether there are enough cases in each of the compared periods, and enough days of history. */
export const canTell = (estimate: Estimate | NoEstimate, sums: UnitSums): estimate is Estimate =>
  !('reason' in estimate) && smallestOf(sums) >= LEAST_UNITS;

/** What can be said of an estimate; the words for it are in `describe-effect.ts`. */
export function judge(
  estimate: Estimate | NoEstimate,
  sums: UnitSums,
  after: LookDays,
  level: Level = wordLevel(after),
): Verdict {
  // mutation: effect-too-little
  if (!canTell(estimate, sums)) return { outcome: 'too-little-data' };
  const interval = intervalOf(estimate, 0.9);
  const shown = {
    ratio: Math.exp(estimate.logRatio),
    interval,
    rarelyShowsBelow: smallestVisibleEffect(estimate, wordLevel(after)),
  };
  // mutation: effect-no-comparison
  if (sums.stayedBefore === undefined) return { outcome: 'no-comparison', ...shown };
  return { outcome: wordOf(estimate, level), ...shown };
}

/** The word for a ratio, by the interval of a level. */
export function wordOf(estimate: Estimate, level: Level): 'rose' | 'fell' | 'same' | 'cannot-tell' {
  const strict = intervalOf(estimate, level);
  if (strict.low > 1) return 'rose';
  if (strict.high < 1) return 'fell';
  const interval = intervalOf(estimate, 0.9);
  return interval.low >= SAME.low && interval.high <= SAME.high ? 'same' : 'cannot-tell';
}
