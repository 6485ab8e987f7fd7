import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import { compareDecimals } from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { EntryKind, PlanEntry } from '../plan-entry.ts';
import {
  type PriceState,
  sameTimeline,
  type TerritoryPrices,
  type Timeline,
  timelineOf,
} from '../price-state.ts';
import { planEntry } from './build-entry.ts';

/** The entries of a subscription's plan, one per target, in the order of the territories' names. */
export const subscriptionEntries = (
  request: PriceRequest,
  state: PriceState,
  targets: ReadonlyMap<string, PricePoint>,
  startDate: string | undefined,
): PlanEntry[] =>
  [...targets.values()]
    .toSorted((a, b) => (a.territory < b.territory ? -1 : 1))
    .map((point) => subscriptionEntry(request, state, point, startDate));

function subscriptionEntry(
  request: PriceRequest,
  state: PriceState,
  point: PricePoint,
  startDate: string | undefined,
): PlanEntry {
  const prices = state.territories.get(point.territory);
  const before = timelineOf(prices);
  const after = timelineAfter(before, point.customerPrice, startDate);
  // Where no day was named, a price that is scheduled already, if anything earlier, is what was asked for.
  const comparedOn = request.startDate === undefined ? (startDate ?? state.today) : state.today;
  const kind = kindOf(prices, before, after, point, comparedOn);
  return planEntry(state, startDate, {
    point,
    kind,
    after,
    existingSubscribers: kind === 'first' || kind === 'change' ? subscribersOf(request, prices, point) : null,
    removes: kind === 'unschedule' ? (prices?.scheduled ?? []).map(({ recordId }) => recordId) : [],
    automatic: undefined,
  });
}

/**
 * A subscription keeps one scheduled price per territory: a new one displaces it, and asking for the present price
 * takes it away.
 */
function timelineAfter(before: Timeline, price: string, startDate: string | undefined): Timeline {
  const present = before.filter(({ from }) => from === null);
  if (startDate === undefined) return [{ from: null, price }, ...before.filter(({ from }) => from !== null)];
  const isPresent = present.some((current) => compareDecimals(current.price, price) === 0);
  return isPresent ? present : [...present, { from: startDate, price }];
}

function kindOf(
  prices: TerritoryPrices | undefined,
  before: Timeline,
  after: Timeline,
  point: PricePoint,
  day: string,
): EntryKind {
  if (sameTimeline(before, after, day)) return 'none';
  if (prices?.present === undefined) return 'first';
  const isPresent = compareDecimals(prices.present.customerPrice, point.customerPrice) === 0;
  return isPresent && after.length < before.length ? 'unschedule' : 'change';
}

function subscribersOf(
  request: PriceRequest,
  prices: TerritoryPrices | undefined,
  point: PricePoint,
): PlanEntry['existingSubscribers'] {
  const present = prices?.present;
  if (present === undefined) return null;
  if (compareDecimals(point.customerPrice, present.customerPrice) < 0) return 'lowerPrice';
  return request.preserveCurrentPrice === true ? 'keepPrice' : 'newPrice';
}
