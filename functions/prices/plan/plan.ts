import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import type { Problem } from '../../platform/errors.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { compareDecimals, percentChange } from '../request/decimal.ts';
import { canonicalJson, type PriceRequest } from '../request/price-request.ts';
import type { Product } from '../request/product.ts';
import type { EntryKind, PlanEntry, PlannedAmount } from './plan-entry.ts';
import type { PriceState, TerritoryPrices, Timeline } from './price-state.ts';
import { sameTimeline, tidy, timelineOf } from './price-state.ts';
import type { Step } from './steps.ts';
import { warningsOf } from './warnings.ts';

/** Everything that a change would do, decided before anything is sent. */
export type Plan = {
  team: string;
  changeId: string;
  product: Product;
  startDate: string | null;
  entries: readonly PlanEntry[];
  steps: readonly Step[];
  /** What Apple's prices were like when the plan was made. */
  stateSha256: string;
  /** Names the plan's content: an approval is bound to it. */
  sha256: string;
};

/**
 * When a change starts, or why it cannot when it was asked to.
 *
 * @param postponedTo the earliest day after those that Apple has refused; only where the request names none
 */
export function startOf(
  request: PriceRequest,
  state: PriceState,
  postponedTo?: string,
): { startDate: string | undefined } | Problem {
  const { startDate } = request;
  if (startDate === undefined) {
    const { earliest } = state;
    const postponed = postponedTo !== undefined && (earliest === undefined || earliest < postponedTo);
    return { startDate: postponed ? postponedTo : earliest };
  }
  if (startDate !== 'now' && startDate < state.today) {
    return {
      path: 'startDate',
      message: `${startDate} lies in the past; the earliest is ${state.earliest ?? 'now'}`,
    };
  }
  const atOnce = startDate === 'now' || startDate === state.today;
  if (state.earliest !== undefined && (atOnce || startDate < state.earliest)) {
    return {
      path: 'startDate',
      message: `Apple changes the price of a live subscription from ${state.earliest} on at the earliest; leave startDate out or name that day or a later one`,
    };
  }
  return { startDate: atOnce ? undefined : startDate };
}

/** The entries of a plan, one a target, in the order of the territories' names. */
export function entriesOf(
  request: PriceRequest,
  state: PriceState,
  targets: ReadonlyMap<string, PricePoint>,
  startDate: string | undefined,
): PlanEntry[] {
  return [...targets.values()]
    .toSorted((a, b) => (a.territory < b.territory ? -1 : 1))
    .map((point) => entryOf(request, state, point, startDate));
}

function entryOf(
  request: PriceRequest,
  state: PriceState,
  point: PricePoint,
  startDate: string | undefined,
): PlanEntry {
  const prices = state.territories.get(point.territory);
  const isSubscription = request.product.kind === 'subscription';
  const before = timelineOf(prices);
  const asked = afterwards(before, point.customerPrice, startDate, isSubscription);
  // Where no day was named, a price that is scheduled already, if anything earlier, is what was asked for.
  const comparedOn = request.startDate === undefined ? (startDate ?? state.today) : state.today;
  const kind = kindOf(prices, before, asked, point, comparedOn);
  const after = kind === 'none' ? before : asked;
  const touches = kind === 'first' || kind === 'change';
  const overwrites = before.filter(({ from }) => from !== null && !after.some((kept) => kept.from === from));
  const replaced = before.filter(
    ({ from, price }) =>
      from !== null &&
      from === startDate &&
      compareDecimals(price, point.customerPrice) !== 0 &&
      !overwrites.some((gone) => gone.from === from),
  );
  const present = prices?.present;
  const entry: PlanEntry = {
    territory: point.territory,
    currency: prices?.currency ?? null,
    kind,
    present: present === undefined ? null : amountOf(present),
    scheduled: before.filter(({ from }) => from !== null),
    target: { ...amountOf(point), pricePointId: point.id },
    changePercent:
      present === undefined ? null : (percentChange(present.customerPrice, point.customerPrice) ?? null),
    startDate: startDate ?? null,
    existingSubscribers: touches && isSubscription ? subscribersOf(request, prices, point) : null,
    overwrites: kind === 'none' ? [] : [...overwrites, ...replaced],
    removes:
      kind === 'unschedule' && isSubscription
        ? (prices?.scheduled ?? []).map(({ recordId }) => recordId)
        : [],
    warnings: [],
    before,
    after,
  };
  return { ...entry, warnings: warningsOf(entry, request, state) };
}

const amountOf = ({ customerPrice, proceeds }: PricePoint): PlannedAmount => ({
  price: customerPrice,
  proceeds: proceeds ?? null,
});

/**
 * A subscription keeps one scheduled price a territory: a new one displaces it, and asking for the present price
 * takes it away. A schedule of an in-app purchase or app keeps every other date.
 */
function afterwards(
  before: Timeline,
  price: string,
  startDate: string | undefined,
  isSubscription: boolean,
): Timeline {
  const present = before.filter(({ from }) => from === null);
  const scheduled = before.filter(({ from }) => from !== null);
  if (startDate === undefined) return [{ from: null, price }, ...scheduled];
  const isPresent = present.some((current) => compareDecimals(current.price, price) === 0);
  if (isSubscription) return isPresent ? present : [...present, { from: startDate, price }];
  const others = scheduled.filter(({ from }) => from !== startDate);
  return tidy([...present, ...others, { from: startDate, price }]);
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

/** The territories that move with the base by themselves when the base's price changes. */
export function followersOf(
  state: PriceState,
  entries: readonly PlanEntry[],
  equal: readonly PricePoint[],
  startDate: string | undefined,
): PlanEntry[] {
  const planned = new Set(entries.map(({ territory }) => territory));
  return equal.flatMap((point): PlanEntry[] => {
    const prices = state.territories.get(point.territory);
    const present = prices?.present;
    if (!prices?.automatic || present === undefined || planned.has(point.territory)) return [];
    if (compareDecimals(present.customerPrice, point.customerPrice) === 0) return [];
    const before = timelineOf(prices);
    return [
      {
        territory: point.territory,
        currency: prices.currency ?? null,
        kind: 'follows',
        present: amountOf(present),
        scheduled: [],
        target: { ...amountOf(point), pricePointId: point.id },
        changePercent: percentChange(present.customerPrice, point.customerPrice) ?? null,
        startDate: startDate ?? null,
        existingSubscribers: null,
        overwrites: [],
        removes: [],
        warnings: [`moves by itself with the base territory ${state.baseTerritory}`],
        before,
        after: before,
      },
    ];
  });
}

/** Names a state: changes whenever a price, a date or a record at Apple does. */
export function stateSha256(state: PriceState): string {
  const territories = [...state.territories].map(([name, prices]) => [
    name,
    timelineOf(prices),
    prices.automatic,
  ]);
  const records = [...state.records.map(({ id }) => id), ...(state.otherPlanRecordIds ?? [])];
  return sha256Hex(
    canonicalJson([state.baseTerritory ?? null, territories.toSorted(byName), records.toSorted()]),
  );
}

const byName = (a: unknown[], b: unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);

/** Completes a plan with the hash of everything it would do. */
export function sealPlan(plan: Omit<Plan, 'sha256'>): Plan {
  const { stateSha256: _, ...content } = plan;
  return { ...plan, sha256: sha256Hex(canonicalJson(content)) };
}
