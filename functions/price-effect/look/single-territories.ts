import type { EventDetail } from '../../events/contract.ts';
import { intervalOf } from '../estimator/estimate.ts';
import type { TerritoryResult } from '../estimator/measure-change.ts';
import { territoryLevel, wordOf } from '../estimator/verdict.ts';
import type { LookDays } from '../estimator/windows.ts';

/** One changed territory beside the territories whose price stayed, as the event holds it. */
export type TerritoryFinding = NonNullable<
  EventDetail<'Price Effect Measured'>['measures'][number]['territories']
>[number];

/** Four decimals are a hundredth of a percent: more would only make the event long. */
const rounded = (ratio: number): number => Math.round(ratio * 10_000) / 10_000;

/**
 * The changed territories that sold enough to be told alone, the largest first. A word needs a level that grows with their
 * number: each has its own chance of an outlier, and some territory would be called in most changes without an effect.
 *
 * @param territories names of the changed side, three letters, in the order of the results' places
 */
export function singleTerritories(
  results: readonly TerritoryResult[],
  territories: readonly string[],
  after: LookDays,
): TerritoryFinding[] {
  const level = territoryLevel(results.length, after);
  return results
    .toSorted((a, b) => b.sums.changedBefore - a.sums.changedBefore)
    .map(({ place, estimate, sums }) => {
      const { low, high } = intervalOf(estimate, 0.9);
      return {
        territory: territories[place] ?? '',
        outcome: wordOf(estimate, level),
        ratio: rounded(Math.exp(estimate.logRatio)),
        low: rounded(low),
        high: rounded(high),
        changedBefore: sums.changedBefore,
        changedAfter: sums.changedAfter,
      };
    });
}
