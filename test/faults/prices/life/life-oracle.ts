import assert from 'node:assert/strict';
import { canonicalDecimal } from '../../../../functions/prices/request/decimal.ts';
import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import type { PriceRequest } from '../../../../functions/prices/request/price-request.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import type { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import { findTerritory } from '../../../../local/simulator/prices/territories.ts';
import { BASE, type LifeProduct, PRICES } from './life-apple.ts';
import { assertOffers, type ShownOffers, shownOffers } from './life-offers.ts';

/** So many days ahead are compared. */
const HORIZON_DAYS = 45;

/** What Apple shows of a product: by day and territory what a new customer pays, who sets it, and what begins when. */
export type Shown = {
  today: string;
  prices: ReadonlyMap<string, ReadonlyMap<string, string>>;
  automatic: ReadonlySet<string>;
  /** `<territory> <day>`: a fixed price begins there. */
  begins: ReadonlySet<string>;
  /** A fixed price of theirs ends, and then they follow the base. */
  ending: ReadonlySet<string>;
  currency: string | undefined;
  offers: ShownOffers;
  /** Territories whose prices, and those whose offers, somebody else has moved since. Nothing is expected there. */
  free: Set<string>;
  freeOffers: Set<string>;
  /** What equals the base of a request for equal prices, by Apple's table of that day. */
  equal: ReadonlyMap<string, string>;
};

export function shownBy(
  prices: PriceStore,
  { kind, id }: LifeProduct,
  now: number,
  request?: PriceRequest,
): Shown {
  const today = pacificToday(now);
  const days = Array.from({ length: HORIZON_DAYS }, (_, index) => daysAfter(today, index));
  const records = prices.pricesOf(kind, id);
  const current = records.filter(({ startDate }) => startDate === null || startDate <= today);
  const fixed = new Set(
    current
      .filter(({ manual, endDate }) => manual && (endDate === null || endDate > today))
      .map(({ territory }) => territory),
  );
  return {
    today,
    prices: new Map(days.map((day) => [day, prices.effective(kind, id, day)])),
    automatic: new Set(
      kind === 'subscription'
        ? []
        : records.map(({ territory }) => territory).filter((name) => !fixed.has(name)),
    ),
    begins: new Set(
      records.flatMap(({ territory, startDate, manual, preserved }) =>
        startDate !== null && !preserved && (kind === 'subscription' || manual)
          ? [`${territory} ${startDate}`]
          : [],
      ),
    ),
    ending: new Set(
      records.filter(({ manual, endDate }) => manual && endDate !== null).map(({ territory }) => territory),
    ),
    currency: findTerritory('HUN')?.currency,
    offers: kind === 'subscription' ? shownOffers(prices) : new Map(),
    free: new Set(),
    freeOffers: new Set(),
    equal:
      request?.equalizeFrom === undefined ? new Map() : prices.equalPrices(kind, id, request.equalizeFrom),
  };
}

const amount = (shown: Shown, day: string, territory: string): string =>
  canonicalDecimal(shown.prices.get(day)?.get(territory) ?? '0');

/** When a change's prices start: by its first plan, and by its last one. */
export type Starts = { first: string; last: string };

/**
 * What Apple must show once a change is applied, from what it showed when the change began: the requested price from its
 * day on, for as long as was asked for; nothing else has moved.
 */
export function assertApplied(change: ChangeRecord, starts: Starts, before: Shown, after: Shown): void {
  const { changeId, request } = change;
  assertOffers(change, before.offers, after.offers, before.freeOffers, after.today);
  const asked = askedPrices(request, before);
  for (const day of after.prices.keys()) {
    if (!before.prices.has(day)) continue;
    for (const territory of after.prices.get(day)?.keys() ?? []) {
      if (before.free.has(territory)) continue;
      const expected = expectedOn(request, asked, starts, before, territory, day);
      if (expected === undefined) continue;
      assert.equal(
        amount(after, day, territory),
        canonicalDecimal(expected.price),
        `${changeId}: ${territory} on ${day} ${expected.why}`,
      );
    }
  }
  for (const territory of followersAfter(request, asked, starts, before, after))
    assert.ok(after.automatic.has(territory), `${changeId}: ${territory} does not follow the base`);
  const { HUN: currency = before.currency } = request.currencies ?? {};
  if (!before.free.has('HUN'))
    assert.equal(currency, before.currency, `${changeId}: applied an amount in another currency`);
}

/** The price that a request means for each territory. */
function askedPrices(request: PriceRequest, { equal }: Shown): Readonly<Record<string, string>> {
  const { prices = {}, equalizeFrom, introductoryOffer } = request;
  if (introductoryOffer !== undefined) return {};
  if (equalizeFrom === undefined) return prices;
  const { territory, price, except, overrides } = equalizeFrom;
  const all = { ...Object.fromEntries(equal), [territory]: price, ...overrides };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => PRICES[name] !== undefined && !except.includes(name)),
  );
}

/** Territories of the in-app purchase that must follow the base once a change is applied. */
function followersAfter(
  request: PriceRequest,
  asked: Readonly<Record<string, string>>,
  starts: Starts,
  before: Shown,
  after: Shown,
): string[] {
  const { follow = [], equalizeFrom, until } = request;
  const named = follow === 'all' ? ['FRA', 'JPN', 'HUN'] : follow;
  // A price that is fixed for a later day stays.
  const followed = starts.last <= after.today ? named.filter((name) => !hasLater(before, name)) : [];
  // Equal prices of the base are left to Apple where Apple sets them already.
  const isLeft = (territory: string): boolean =>
    asked[territory] === undefined ||
    (equalizeFrom?.territory === BASE &&
      equalizeFrom.overrides[territory] === undefined &&
      until === undefined &&
      !hasLater(before, BASE));
  const still = [...before.automatic].filter(
    (territory) => isLeft(territory) && !hasLater(before, territory),
  );
  return [...followed, ...still].filter((territory) => !before.free.has(territory));
}

/** `undefined`: several things may be right. */
function expectedOn(
  request: PriceRequest,
  asked: Readonly<Record<string, string>>,
  starts: Starts,
  before: Shown,
  territory: string,
  day: string,
): { price: string; why: string } | undefined {
  const { until, removeScheduled, product } = request;
  const price = asked[territory];
  const was = amount(before, day, territory);
  const mayMove =
    asked[BASE] !== undefined && (before.automatic.has(territory) || before.ending.has(territory));
  const isSubscription = product.kind === 'subscription';
  if (price === undefined)
    return request.follow !== undefined || mayMove || hasLater(before, territory)
      ? undefined
      : { price: was, why: 'was not asked for' };
  if (day >= starts.first && day < starts.last) return undefined;
  const isOver = until !== undefined && day >= until;
  if (day < starts.first || isOver)
    return mayMove || isSubscription
      ? undefined
      : { price: was, why: 'is outside the days that were asked for' };
  // Equal prices of the base are left to Apple, and move when the base does.
  const isEqual = request.equalizeFrom?.territory === BASE && territory !== BASE;
  if (!isSubscription && isEqual && hasLater(before, BASE)) return undefined;
  const isLaid = !isSubscription && until === undefined && removeScheduled !== true;
  return isLaid && beginsBetween(before, territory, starts.first, day)
    ? undefined
    : { price, why: 'is not what was asked for' };
}

const hasLater = ({ begins }: Shown, territory: string): boolean =>
  [...begins].some((begin) => begin.startsWith(territory));

/** A price that is fixed for a later day stays. */
const beginsBetween = ({ begins }: Shown, territory: string, from: string, day: string): boolean =>
  [...begins].some((begin) => {
    const [name = '', on = ''] = begin.split(' ');
    return name === territory && on > from && on <= day;
  });
