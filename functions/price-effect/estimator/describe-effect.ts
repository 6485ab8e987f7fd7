import { describeRatio, percent } from '../../platform/util/describe-ratio.ts';
import type { Interval } from './estimate.ts';
import { LEAST_UNITS, type UnitSums, type Verdict } from './verdict.ts';
import { visibleEffect } from './visible-effect.ts';
import type { LookDays } from './windows.ts';

/** What the sentence is about. */
export type Measured = {
  /** What the sentence is about, as in "sales fell". */
  subject: string;
  after: LookDays;
  changedTerritories: number;
  stayedTerritories: number;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const territories = (count: number): string => (count === 1 ? '1 territory' : `${count} territories`);

/** "32 % down to 9 % down", "22 % down to 31 % up". */
const describeInterval = ({ low, high }: Interval): string =>
  `${describeRatio(low)} to ${describeRatio(high)}`;

/**
 * One or two sentences for a person. They never say "because of", "significant" or "no effect": the data show a difference
 * between territories, and something else may have begun in them on the same day.
 */
export function describeEffect(verdict: Verdict, measured: Measured, sums: UnitSums): string {
  const what = capital(measured.subject);
  const where = `In the ${territories(measured.changedTerritories)} with the new price`;
  const compared = `compared with the ${measured.stayedTerritories} where it stayed`;
  const { interval, ratio, rarelyShowsBelow = 0 } = verdict;
  if (verdict.outcome === 'too-little-data' || interval === undefined || ratio === undefined) {
    const least = Math.min(
      sums.changedBefore,
      sums.changedAfter,
      sums.stayedBefore ?? Number.POSITIVE_INFINITY,
    );
    const fewest = Math.min(least, sums.stayedAfter ?? Number.POSITIVE_INFINITY);
    return fewest < LEAST_UNITS
      ? `Not enough sales to tell: ${fewest} in the smallest of the compared periods; ${LEAST_UNITS} are needed.`
      : 'The history of this product is too short to tell: the comparison needs more days without a price change.';
  }
  if (verdict.outcome === 'no-comparison') {
    const usual = { low: interval.low / ratio, high: interval.high / ratio };
    const isUsual = usual.low <= ratio && ratio <= usual.high;
    return `Every territory changed, so nothing in the reports can tell the price from the season, a launch or a featuring. ${what} per day after the change: ${percent(Math.abs(ratio - 1))} ${ratio < 1 ? 'below' : 'above'} before; such a difference is ${isUsual ? 'not ' : ''}unusual for this app (usual: ${describeInterval(usual)}).`;
  }
  if (verdict.outcome === 'same')
    return `${what} stayed about the same ${compared}: any difference is likely under 10 %.`;
  if (verdict.outcome === 'cannot-tell')
    return `Too little to tell: anything from ${describeInterval(interval)} fits. With these data, ${measured.after} days usually show only ${visibleEffect(rarelyShowsBelow)}.`;
  const direction = verdict.outcome === 'rose' ? 'rose' : 'fell';
  return `${where}, ${measured.subject} ${direction} by about ${percent(Math.abs(ratio - 1))} ${compared} (90 % interval: ${describeInterval(interval)}).`;
}
