import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import type { PriceSpan } from './price-state.ts';

/**
 * Arithmetic of an in-app purchase's or app's schedule. A territory's fixed prices are spans without overlaps, in
 * order; in the gaps between them the territory follows the base. Days are `YYYY-MM-DD`, null is now or for good.
 */

/** The fixed prices of an in-app purchase or app as a write states them: all territories, in order. */
export type FixedPrices = { baseTerritory: string; prices: ReadonlyMap<string, readonly PriceSpan[]> };

const startOf = ({ from }: Pick<PriceSpan, 'from'>): string => from ?? '';
const covers = (span: PriceSpan, day: string | null): boolean =>
  startOf(span) <= (day ?? '') && (span.until === null || (day ?? '') < span.until);

/** The span in effect on a day; null is now. */
export const spanOn = (spans: readonly PriceSpan[], day: string | null): PriceSpan | undefined =>
  spans.find((span) => covers(span, day));

/**
 * The fixed prices once a day's price is set. Without a price (`undefined`) the territory follows the base from that
 * day on. Either way until the next fixed price, which stays.
 *
 * @param removeLater whether fixed prices that start after that day are taken away
 * @param until the first day without the price, where it is temporary: from then on what was fixed before holds
 */
export function changeSpans(
  fixed: readonly PriceSpan[],
  from: string | null,
  price: Omit<PriceSpan, 'from' | 'until'> | undefined,
  removeLater: boolean,
  until?: string,
): PriceSpan[] {
  const day = from ?? '';
  if (price !== undefined && until !== undefined) {
    const added = { from, until, ...price };
    return [...cutTo(fixed, '', day), added, ...cutTo(fixed, until, undefined)].reduce(joined, []);
  }
  const earlier = fixed
    .filter((span) => startOf(span) < day)
    .map((span) => ({ ...span, until: span.until === null || span.until > day ? from : span.until }));
  const later = removeLater ? [] : fixed.filter((span) => startOf(span) > day);
  const added = price === undefined ? [] : [{ from, until: later[0]?.from ?? null, ...price }];
  return [...earlier, ...added, ...later].reduce(joined, []);
}

/** The part of fixed prices from a day on (`''`: now) and before another. */
const cutTo = (fixed: readonly PriceSpan[], start: string, end: string | undefined): PriceSpan[] =>
  fixed
    .filter(
      (span) => (end === undefined || startOf(span) < end) && (span.until === null || span.until > start),
    )
    .map((span) => ({
      ...span,
      from: startOf(span) < start ? start : span.from,
      until: end !== undefined && (span.until === null || span.until > end) ? end : span.until,
    }));

/** A price that only goes on with the one before it is no span of its own. */
function joined(spans: readonly PriceSpan[], span: PriceSpan): PriceSpan[] {
  const last = spans.at(-1);
  const goesOn =
    last !== undefined &&
    last.until === span.from &&
    last.point.id === span.point.id &&
    last.source === span.source;
  return goesOn ? [...spans.slice(0, -1), { ...last, until: span.until }] : [...spans, span];
}

/**
 * Fixed prices with what applies in the gaps between them.
 *
 * @param days days on which what fills a gap may change
 * @param priceOn what applies on a day without a fixed price; `undefined`: nothing
 */
export function fillGaps(
  fixed: readonly PriceSpan[],
  days: readonly string[],
  priceOn: (day: string | null) => PricePoint | undefined,
): PriceSpan[] {
  const edges = [...new Set([...fixed.flatMap(({ from, until }) => [from ?? '', until ?? '']), ...days])]
    .filter((day) => day !== '')
    .toSorted();
  const filled = [null, ...edges].flatMap((from, index): PriceSpan[] => {
    if (spanOn(fixed, from) !== undefined) return fixed.filter((span) => startOf(span) === (from ?? ''));
    const point = priceOn(from);
    return point === undefined ? [] : [{ from, until: edges[index] ?? null, point, source: 'automatic' }];
  });
  return filled.reduce(joined, []);
}
