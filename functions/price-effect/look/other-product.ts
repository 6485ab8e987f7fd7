import type { ProductKind } from '../../prices/request/product.ts';
import { describeBeside } from '../estimator/describe-beside.ts';
import { measureBeside } from '../estimator/measure-beside.ts';
import type { Measure } from '../estimator/measure-change.ts';
import type { CountryHistory, SeriesName } from '../history/product-history.ts';
import type { LookInput, MeasureFinding } from './finding.ts';

/** The counts of a measure, and where there are amounts the series of them. */
export type MeasuredSeries = { units: SeriesName; amounts: SeriesName | undefined };

/** Two subscriptions are compared by the same series; else the other product stands by what it sells first. */
export function seriesOfOther(kind: ProductKind, other: ProductKind, series: MeasuredSeries): MeasuredSeries {
  if (kind === 'subscription' && other === 'subscription') return series;
  const [units, amounts] =
    other === 'subscription' ? (['newUnits', 'newProceeds'] as const) : (['units', 'proceeds'] as const);
  return { units, amounts: series.amounts === undefined ? undefined : amounts };
}

/** A finding without a comparison, once more beside the product that the settings name, if it can be used. */
export function besideOther(
  alone: MeasureFinding,
  input: LookInput,
  { subject, measure, series }: { subject: string; measure: Measure; series: MeasuredSeries },
): MeasureFinding {
  const { other, sides, kind, at, after } = input;
  if (other === undefined || alone.outcome !== 'no-comparison') return alone;
  const saying = (words: string): MeasureFinding => ({ ...alone, words: `${alone.words} ${words}` });
  if (other.unusable !== undefined) return saying(other.unusable);
  const daysOf =
    ({ units, amounts }: MeasuredSeries) =>
    ([, { series: own }]: readonly [string, CountryHistory]) => ({
      units: own[units].slice(other.first),
      ...(amounts !== undefined && { proceeds: own[amounts].slice(other.first) }),
    });
  const result = measureBeside(
    {
      changed: sides.changed.map(daysOf(series)),
      stayed: other.territories.map(daysOf(seriesOfOther(kind, other.product.kind, series))),
      at: at - other.first,
      first: 0,
      earlierChanges: other.earlierChanges.map((day) => day - other.first),
    },
    measure,
    after,
  );
  const { name } = other.product;
  const words = describeBeside(result, { subject, name, territories: other.territories.length });
  if (result.state !== 'compared' || result.word === undefined) return saying(words);
  return {
    measure: alone.measure,
    outcome: result.word === 'more' ? 'more-than-other' : 'less-than-other',
    ratio: result.ratio,
    low: result.interval.low,
    high: result.interval.high,
    words,
    sums: result.sums,
    comparedWith: other.product,
  };
}
