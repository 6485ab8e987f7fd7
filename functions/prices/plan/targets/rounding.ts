import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import { canonicalDecimal, compareDecimals, distanceOf, multiplyDecimals } from '../../request/decimal.ts';

export type Rounding = 'nearest' | 'down' | 'up';

/** A pretty price may differ from the ideal by this share of it. */
const PRETTY_WITHIN = '0.1';

/**
 * The price point for an ideal amount.
 *
 * @param endings preferred last digits: `.99` is the whole fraction, `9` the last digit of the amount's shortest text;
 *   one is taken only if it lies within a tenth of the ideal
 * @returns `undefined` where rounding down or up leaves no point
 */
export function roundToPoint(
  ideal: string,
  points: readonly PricePoint[],
  rounding: Rounding,
  endings: readonly string[],
): PricePoint | undefined {
  const allowed = points.filter(({ customerPrice }) => {
    const order = compareDecimals(customerPrice, ideal);
    return rounding === 'nearest' || (rounding === 'down' ? order <= 0 : order >= 0);
  });
  const pretty = allowed.filter(({ customerPrice }) =>
    endings.some((ending) => endsOn(customerPrice, ending)),
  );
  const prettiest = closest(ideal, pretty);
  const tolerance = multiplyDecimals(ideal, PRETTY_WITHIN);
  if (
    prettiest !== undefined &&
    compareDecimals(distanceOf(ideal, prettiest.customerPrice), tolerance) <= 0
  ) {
    return prettiest;
  }
  return closest(ideal, allowed);
}

/** The closest point; of two as close, the cheaper. */
function closest(ideal: string, points: readonly PricePoint[]): PricePoint | undefined {
  return points.toSorted(
    (a, b) =>
      compareDecimals(distanceOf(ideal, a.customerPrice), distanceOf(ideal, b.customerPrice)) ||
      compareDecimals(a.customerPrice, b.customerPrice),
  )[0];
}

/** Apple writes `999.0` and `1.9`: endings are about the amount. */
function endsOn(price: string, ending: string): boolean {
  const shortest = canonicalDecimal(price);
  if (!ending.startsWith('.')) return shortest.endsWith(ending);
  const [, fraction = ''] = shortest.split('.');
  return fraction.padEnd(ending.length - 1, '0') === ending.slice(1);
}
