import assert from 'node:assert/strict';
import { canonicalDecimal } from '../../../../functions/prices/request/decimal.ts';
import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import type { PriceRequest } from '../../../../functions/prices/request/price-request.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import type { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import { findTerritory } from '../../../../local/simulator/prices/territories.ts';
import type { LifeProduct } from './life-apple.ts';

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
};

export function shownBy(prices: PriceStore, { kind, id }: LifeProduct, now: number): Shown {
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
  for (const day of after.prices.keys()) {
    if (!before.prices.has(day)) continue;
    for (const territory of after.prices.get(day)?.keys() ?? []) {
      const expected = expectedOn(request, starts, before, territory, day);
      if (expected === undefined) continue;
      assert.equal(
        amount(after, day, territory),
        canonicalDecimal(expected.price),
        `${changeId}: ${territory} on ${day} ${expected.why}`,
      );
    }
  }
  const { prices: asked = {}, follow = [], currencies = {} } = request;
  const named = follow === 'all' ? ['FRA', 'JPN', 'HUN'] : follow;
  const followed = starts.last <= after.today ? named : [];
  const still = [...before.automatic].filter(
    (territory) => asked[territory] === undefined && !hasLater(before, territory),
  );
  for (const territory of [...followed, ...still])
    assert.ok(after.automatic.has(territory), `${changeId}: ${territory} does not follow the base`);
  const { HUN: currency = before.currency } = currencies;
  assert.equal(currency, before.currency, `${changeId}: applied an amount in another currency`);
}

/** `undefined`: several things may be right. */
function expectedOn(
  request: PriceRequest,
  starts: Starts,
  before: Shown,
  territory: string,
  day: string,
): { price: string; why: string } | undefined {
  const { prices: asked = {}, until, removeScheduled, product } = request;
  const price = asked[territory];
  const was = amount(before, day, territory);
  const baseMoves = asked['USA'] !== undefined || request.equalizeFrom !== undefined;
  const mayMove = baseMoves && (before.automatic.has(territory) || before.ending.has(territory));
  const isSubscription = product.kind === 'subscription';
  if (price === undefined) {
    const isNamed = request.follow !== undefined || request.equalizeFrom !== undefined;
    return isNamed || mayMove || hasLater(before, territory)
      ? undefined
      : { price: was, why: 'was not asked for' };
  }
  if (day >= starts.first && day < starts.last) return undefined;
  const isOver = until !== undefined && day >= until;
  if (day < starts.first || isOver)
    return mayMove || isSubscription
      ? undefined
      : { price: was, why: 'is outside the days that were asked for' };
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
