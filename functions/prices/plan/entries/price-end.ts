import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import { compareDecimals } from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { PriceSpan } from '../price-state.ts';

/** When a price need not hold any more: on a day; as soon as another one begins, or as a fixed one does; or never. */
type PriceEnd = { on: string } | 'nextPrice' | 'nextFixedPrice' | 'never';

/** How long a requested price of an in-app purchase or app must hold by itself to be left to Apple. Pure. */
export function endOf(request: PriceRequest, territory: string, base: string): PriceEnd {
  const { until, removeScheduled } = request;
  // mutation: temporary-follower
  const temporary: PriceEnd | undefined = until === undefined ? undefined : { on: until };
  if (temporary !== undefined) return temporary;
  if (removeScheduled === true) return 'never';
  // mutation: named-price-follows
  if (isNumber(request, territory, base)) return 'nextFixedPrice';
  return 'nextPrice';
}

/**
 * Whether somebody means this number, also when the base's price moves later. What is asked for as equal to the base's
 * price, or as a percentage of what is there, moves with the base.
 */
function isNumber({ prices, equalizeFrom, index }: PriceRequest, territory: string, base: string): boolean {
  if (prices !== undefined) return true;
  const conversion = equalizeFrom ?? index;
  if (conversion === undefined) return false;
  const numbers = equalizeFrom?.overrides ?? index?.factors ?? {};
  return conversion.territory !== base || numbers[territory] !== undefined;
}

/** Whether spans have a price from a day on, and as long as it must hold. `day` null is now. */
export function holds(
  spans: readonly PriceSpan[],
  day: string | null,
  end: PriceEnd,
  point: PricePoint,
): boolean {
  const fromThen = spans.filter(({ until }) => until === null || until > (day ?? ''));
  const asked = fromThen.slice(0, countUntil(fromThen, end));
  return (
    asked.length > 0 &&
    asked.every((span) => compareDecimals(span.point.customerPrice, point.customerPrice) === 0)
  );
}

function countUntil(spans: readonly PriceSpan[], end: PriceEnd): number {
  if (end === 'never') return spans.length;
  if (end === 'nextPrice') return 1;
  const next = spans.findIndex(({ from, source }) =>
    end === 'nextFixedPrice' ? source !== 'automatic' : (from ?? '') >= end.on,
  );
  return next === -1 ? spans.length : next;
}
