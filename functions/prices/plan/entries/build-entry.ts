import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import { compareDecimals, percentChange } from '../../request/decimal.ts';
import type { PlanEntry, PlannedAmount } from '../plan-entry.ts';
import type { PriceState, TerritoryPrices, TimedPrice, Timeline } from '../price-state.ts';
import { timelineOf } from '../price-state.ts';
import { warningsOf } from '../warnings.ts';

/** What is decided of a territory; the rest of its entry follows from it. */
export type Decision = Pick<PlanEntry, 'kind' | 'after' | 'removes' | 'existingSubscribers' | 'automatic'> & {
  point: PricePoint;
};

/** The entry of one territory. */
export function planEntry(
  state: PriceState,
  startDate: string | undefined,
  { point, kind, after: decided, removes, existingSubscribers, automatic }: Decision,
): PlanEntry {
  const prices = state.territories.get(point.territory);
  const before = timelineOf(prices);
  const after = kind === 'none' ? before : decided;
  const entry: PlanEntry = {
    territory: point.territory,
    currency: prices?.currency ?? null,
    kind,
    present: prices?.present === undefined ? null : amountOf(prices.present),
    scheduled: before.filter(({ from }) => from !== null),
    target: { ...amountOf(point), pricePointId: point.id },
    changePercent: changePercentOf(prices, point),
    startDate: startDate ?? null,
    existingSubscribers,
    ...(automatic !== undefined && { automatic }),
    overwrites: kind === 'none' || kind === 'follows' ? [] : overwritten(before, after, startDate),
    removes,
    warnings: [],
    before,
    after,
  };
  return { ...entry, warnings: warningsOf(entry, state) };
}

const amountOf = ({ customerPrice, proceeds }: PricePoint): PlannedAmount => ({
  price: customerPrice,
  proceeds: proceeds ?? null,
});

const changePercentOf = (
  prices: TerritoryPrices | undefined,
  { customerPrice }: PricePoint,
): string | null =>
  prices?.present === undefined ? null : (percentChange(prices.present.customerPrice, customerPrice) ?? null);

/** Scheduled prices that are gone, or whose day has another price. What Apple sets by itself is nobody's schedule. */
function overwritten(before: Timeline, after: Timeline, startDate: string | undefined): TimedPrice[] {
  const scheduled = before.filter(({ from, source }) => from !== null && source !== 'automatic');
  const gone = scheduled.filter(({ from }) => !after.some((kept) => kept.from === from));
  const replaced = scheduled.filter(
    ({ from, price }) =>
      from === startDate &&
      after.some((kept) => kept.from === from && compareDecimals(kept.price, price) !== 0),
  );
  return [...gone, ...replaced];
}
