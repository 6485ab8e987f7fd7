import { COUNTRY_OF, TERRITORY_OF } from '../../app-store-connect/resources/storefronts.ts';
import type { EffectPreview } from '../../events/effect-preview.ts';
import type { ProductKind } from '../../prices/request/product.ts';
import { addUp, comparisonWeight } from '../estimator/daily-series.ts';
import { expectedPrecision } from '../estimator/estimate.ts';
import { smallestVisibleEffect, wordLevel } from '../estimator/verdict.ts';
import { BEFORE_DAYS, GAP_DAYS } from '../estimator/windows.ts';
import type { ProductHistory } from '../history/product-history.ts';
import type { OtherProduct } from './finding.ts';
import { PREVIEW_LOOK, previewBeside, sellsEnough } from './preview-beside.ts';
import { previewWords } from './preview-words.ts';

/**
 * How large an effect would show after 28 days, from the past alone.
 *
 * @param territories that the plan would change, three letters
 */
export function previewChange(
  history: ProductHistory,
  kind: ProductKind,
  territories: readonly string[],
  { first, until, earlierChanges, other }: PreviewPlace,
): EffectPreview {
  const all = unitsByTerritory(history, kind, { first, until });
  const changing = new Set(territories.filter((territory) => COUNTRY_OF.has(territory)));
  const at = until + GAP_DAYS - first;
  const showsFrom = (changed: ReadonlySet<string>): number | undefined =>
    smallestVisible(all, changed, { at, earlierChanges: earlierChanges.map((day) => day - first) });
  const plain = showsFrom(changing);
  const changed = all.filter(({ territory }) => changing.has(territory));
  const held = holdBack(
    changed.toSorted((a, b) => b.recent - a.recent).map(({ territory }) => territory),
    (names) => showsFrom(new Set([...changing].filter((territory) => !names.includes(territory)))),
  );
  const hasComparison = all.some(({ territory, recent }) => recent > 0 && !changing.has(territory));
  const beside =
    plain !== undefined || hasComparison || other === undefined
      ? undefined
      : previewBeside(other, {
          kind,
          changed: changed.map(({ whole }) => whole),
          at: until + GAP_DAYS,
        });
  const shows = beside !== undefined && 'showsFrom' in beside ? beside.showsFrom : plain;
  const better =
    held !== undefined && (shows === undefined || held.showsFrom < shows * 0.9) ? held : undefined;
  return {
    ...(shows !== undefined && { showsFrom: shows }),
    ...(better !== undefined && { heldBack: better }),
    ...(shows !== plain && other !== undefined && { comparedWith: other.product }),
    words: previewWords({ kind, hasComparison, plain, beside, held: better }),
  };
}

/** Indices count from the first day of the histories, which end with the last day that has a report. */
export type PreviewPlace = {
  first: number;
  /** The first day without a report. */
  until: number;
  earlierChanges: readonly number[];
  /** The product that the settings name as comparison, in the territories of the plan. */
  other?: OtherProduct | undefined;
};

/** A territory's units per day and their sum over the days that a look compares with; `whole` begins with the history. */
type TerritoryUnits = {
  territory: string;
  whole: readonly number[];
  units: readonly number[];
  recent: number;
};

const unitsName = (kind: ProductKind): 'newUnits' | 'units' =>
  kind === 'subscription' ? 'newUnits' : 'units';

/** The units of every territory that has sold the product, from `first` on. */
function unitsByTerritory(
  history: ProductHistory,
  kind: ProductKind,
  { first, until }: Pick<PreviewPlace, 'first' | 'until'>,
): TerritoryUnits[] {
  return [...history.countries].map(([country, { series }]) => ({
    territory: TERRITORY_OF.get(country) ?? country,
    whole: series[unitsName(kind)],
    units: series[unitsName(kind)].slice(first),
    recent: series[unitsName(kind)]
      .slice(Math.max(0, until - GAP_DAYS - BEFORE_DAYS), until)
      .reduce((sum, units) => sum + units, 0),
  }));
}

/**
 * The smallest effect that would show if these territories changed and all others stayed. `undefined`: none would.
 *
 * @param at the day of the change; this and `earlierChanges` count from the first day of the units
 */
function smallestVisible(
  all: readonly TerritoryUnits[],
  changed: ReadonlySet<string>,
  { at, earlierChanges }: { at: number; earlierChanges: readonly number[] },
): number | undefined {
  const own = all.filter(({ territory }) => changed.has(territory));
  const stayed = all.filter(({ territory }) => !changed.has(territory));
  if (![own, stayed].every((side) => sellsEnough(side.map(({ units }) => units)))) return undefined;
  const precision = expectedPrecision({
    changed: addUp(
      own,
      ({ units }) => units,
      () => 1,
    ),
    comparison: addUp(
      stayed,
      ({ units }) => units,
      ({ units }) => comparisonWeight(units, at),
    ),
    at,
    first: 0,
    after: PREVIEW_LOOK,
    earlierChanges,
  });
  return 'reason' in precision ? undefined : smallestVisibleEffect(precision, wordLevel(PREVIEW_LOOK));
}

/** The best of a few choices: one or two of the larger territories, or every fourth. */
function holdBack(
  bySize: readonly string[],
  showsFrom: (names: readonly string[]) => number | undefined,
): { territories: string[]; showsFrom: number } | undefined {
  const [a, b, c, d] = bySize;
  const quarter = bySize.filter((_, index) => index % 4 === 1);
  const choices = [[a], [b], [a, b], [b, c], [b, d], quarter]
    .map((choice) => choice.filter((name) => name !== undefined))
    .filter((choice) => choice.length > 0 && choice.length < bySize.length);
  const found = choices.flatMap((choice) => {
    const shows = showsFrom(choice);
    return shows === undefined ? [] : [{ territories: choice, showsFrom: shows }];
  });
  return found.toSorted((x, y) => x.showsFrom - y.showsFrom)[0];
}
