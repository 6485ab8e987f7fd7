import { STOREFRONTS } from '../../app-store-connect/resources/storefronts.ts';
import type { EffectPreview } from '../../events/effect-preview.ts';
import type { ProductKind } from '../../prices/request/product.ts';
import { addUp, comparisonWeight } from '../estimator/daily-series.ts';
import { expectedPrecision } from '../estimator/estimate.ts';
import { LEAST_UNITS, smallestVisibleEffect } from '../estimator/verdict.ts';
import { visibleEffect } from '../estimator/visible-effect.ts';
import { BEFORE_DAYS, GAP_DAYS, type LookDays } from '../estimator/windows.ts';
import type { ProductHistory } from '../history/product-history.ts';

const LOOK: LookDays = 28;
const COUNTRY_OF = new Map(STOREFRONTS.map(({ territory, countryCode }) => [territory, countryCode]));
const TERRITORY_OF = new Map(STOREFRONTS.map(({ territory, countryCode }) => [countryCode, territory]));

/**
 * How large an effect would show after 28 days, from the past alone.
 *
 * @param territories that the plan would change, three letters
 * @param until index of the first day without a report
 */
export function previewChange(
  history: ProductHistory,
  kind: ProductKind,
  territories: readonly string[],
  { first, until, earlierChanges }: { first: number; until: number; earlierChanges: readonly number[] },
): EffectPreview {
  const name = kind === 'subscription' ? 'newUnits' : 'units';
  const all = [...history.countries].map(([country, { series }]) => ({
    territory: TERRITORY_OF.get(country) ?? country,
    units: series[name].slice(first),
    recent: series[name]
      .slice(Math.max(0, until - GAP_DAYS - BEFORE_DAYS), until)
      .reduce((sum, units) => sum + units, 0),
  }));
  const changing = new Set(territories.filter((territory) => COUNTRY_OF.has(territory)));
  const at = until + GAP_DAYS - first;
  const showsFrom = (changed: ReadonlySet<string>): number | undefined => {
    const [own, other] = [
      all.filter(({ territory }) => changed.has(territory)),
      all.filter(({ territory }) => !changed.has(territory)),
    ];
    const enough = [own, other].every(
      (side) =>
        (side.reduce((sum, { recent }) => sum + recent, 0) / (BEFORE_DAYS + GAP_DAYS)) * LOOK >= LEAST_UNITS,
    );
    if (!enough) return undefined;
    const units = ({ units: days }: { units: readonly number[] }) => days;
    const precision = expectedPrecision({
      changed: addUp(own, units, () => 1),
      comparison: addUp(other, units, ({ units: days }) => comparisonWeight(days, at)),
      at,
      first: 0,
      after: LOOK,
      earlierChanges: earlierChanges.map((day) => day - first),
    });
    return 'reason' in precision ? undefined : smallestVisibleEffect(precision, LOOK);
  };
  const plain = showsFrom(changing);
  const held = holdBack(
    all
      .filter(({ territory }) => changing.has(territory))
      .toSorted((a, b) => b.recent - a.recent)
      .map(({ territory }) => territory),
    (names) => showsFrom(new Set([...changing].filter((territory) => !names.includes(territory)))),
  );
  const better =
    held !== undefined && (plain === undefined || held.showsFrom < plain * 0.9) ? held : undefined;
  return {
    ...(plain !== undefined && { showsFrom: plain }),
    ...(better !== undefined && { heldBack: better }),
    words: wordsOf(
      plain,
      better,
      kind,
      all.some(({ territory, recent }) => recent > 0 && !changing.has(territory)),
    ),
  };
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

function wordsOf(
  plain: number | undefined,
  held: { territories: string[]; showsFrom: number } | undefined,
  kind: ProductKind,
  hasComparison: boolean,
): string {
  const what = kind === 'subscription' ? 'first payments' : 'sales';
  const names = held === undefined ? '' : listed(held.territories);
  if (plain !== undefined) {
    const more =
      held === undefined ? '' : ` Held back in ${names} for four weeks: ${visibleEffect(held.showsFrom)}.`;
    return `After 28 days, ${visibleEffect(plain)} in ${what} would show.${more}`;
  }
  const why = hasComparison
    ? 'This product has too few sales, or too short a history, to tell afterwards what the change did.'
    : 'The price changes wherever the product sells, so nothing will tell its effect from the season or a launch.';
  return held === undefined
    ? why
    : `${why} Held back in ${names} for four weeks, ${visibleEffect(held.showsFrom)} in ${what} would show after 28 days.`;
}

const MAXIMUM_NAMED = 6;
function listed(territories: readonly string[]): string {
  const shown = territories.slice(0, MAXIMUM_NAMED);
  const more = territories.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
