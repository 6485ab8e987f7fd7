import type { ProductKind } from '../../prices/request/product.ts';
import { addUp } from '../estimator/daily-series.ts';
import { expectedPrecision } from '../estimator/estimate.ts';
import { BESIDE_LEVEL, isMoreExact } from '../estimator/measure-beside.ts';
import { LEAST_UNITS, smallestVisibleEffect } from '../estimator/verdict.ts';
import { BEFORE_DAYS, GAP_DAYS, type LookDays } from '../estimator/windows.ts';
import type { OtherProduct } from './finding.ts';
import { seriesOfOther } from './other-product.ts';
import type { PreviewFacts } from './preview-words.ts';

/** The look that a plan is told about. */
export const PREVIEW_LOOK: LookDays = 28;

/** Whether territories sell enough for an answer after that look, by the latest days of their units. */
export function sellsEnough(territories: readonly (readonly number[])[]): boolean {
  const recent = territories.flatMap((units) => units.slice(-(BEFORE_DAYS + GAP_DAYS)));
  const perDay = recent.reduce((sum, units) => sum + units, 0) / (BEFORE_DAYS + GAP_DAYS);
  return perDay * PREVIEW_LOOK >= LEAST_UNITS;
}

/**
 * How large an effect would show beside the product that the settings name, by the rule of the look itself: it is used where
 * it makes the answer more exact, at earlier dates on which no price changed.
 *
 * @param changed units of the product's own territories by day; `at` is the index of the planned day
 */
export function previewBeside(
  other: OtherProduct,
  { kind, changed, at }: { kind: ProductKind; changed: readonly (readonly number[])[]; at: number },
): PreviewFacts['beside'] {
  const { name } = other.product;
  if (other.unusable !== undefined) return { why: other.unusable };
  const { units } = seriesOfOther(kind, other.product.kind, {
    units: kind === 'subscription' ? 'newUnits' : 'units',
    amounts: undefined,
  });
  const beside = other.territories.map(([, { series }]) => series[units]);
  const added = (side: readonly (readonly number[])[]) =>
    addUp(
      side.map((days) => ({ units: days.slice(other.first) })),
      ({ units: days }) => days,
      () => 1,
    );
  const places = {
    changed: added(changed),
    ...{ at: at - other.first, first: 0, after: PREVIEW_LOOK },
    earlierChanges: other.earlierChanges.map((day) => day - other.first),
  };
  const alone = expectedPrecision({ ...places, comparison: undefined });
  const precision = expectedPrecision({ ...places, comparison: added(beside) });
  if ('reason' in alone || 'reason' in precision || ![changed, beside].every(sellsEnough))
    return {
      why: `${name}, which the settings name as comparison, has too few sales or too short a history to be of use here.`,
    };
  // mutation: effect-preview-beside
  if (!isMoreExact(precision, alone))
    return {
      why: `${name}, which the settings name as comparison, would not make the answer more exact: it moves differently, or sells too little.`,
    };
  return { name, showsFrom: smallestVisibleEffect(precision, BESIDE_LEVEL) };
}
