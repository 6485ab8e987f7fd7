import type { ProductKind } from '../../prices/request/product.ts';
import { visibleEffect } from '../estimator/visible-effect.ts';

/** What is known before a change; effects as the smallest rise that shows, as a share. */
export type PreviewFacts = {
  kind: ProductKind;
  /** Whether the product sells in a territory whose price stays. */
  hasComparison: boolean;
  /** With the planned territories alone. */
  plain: number | undefined;
  /** Where every territory changes and the settings name another product: what shows beside it, or why it does not help. */
  beside: { name: string; showsFrom: number } | { why: string } | undefined;
  held: { territories: readonly string[]; showsFrom: number } | undefined;
};

/** One to three sentences for the person who decides about a plan. */
export function previewWords({ kind, hasComparison, plain, beside, held }: PreviewFacts): string {
  const what = kind === 'subscription' ? 'first payments' : 'sales';
  const names = held === undefined ? '' : listed(held.territories);
  const shorter =
    held === undefined ? '' : ` Held back in ${names} for four weeks: ${visibleEffect(held.showsFrom)}.`;
  if (plain !== undefined) return `After 28 days, ${visibleEffect(plain)} in ${what} would show.${shorter}`;
  if (beside !== undefined && 'showsFrom' in beside)
    return `The price changes wherever the product sells, so it will be compared with ${beside.name}, which the settings name: after 28 days, ${visibleEffect(beside.showsFrom)} in ${what} would show, if the price of ${beside.name} stays.${shorter}`;
  const why = hasComparison
    ? 'This product has too few sales, or too short a history, to tell afterwards what the change did.'
    : 'The price changes wherever the product sells, so nothing will tell its effect from the season or a launch.';
  const unusable = beside === undefined ? '' : ` ${beside.why}`;
  return held === undefined
    ? `${why}${unusable}`
    : `${why}${unusable} Held back in ${names} for four weeks, ${visibleEffect(held.showsFrom)} in ${what} would show after 28 days.`;
}

const MAXIMUM_NAMED = 6;
function listed(territories: readonly string[]): string {
  const shown = territories.slice(0, MAXIMUM_NAMED);
  const more = territories.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
