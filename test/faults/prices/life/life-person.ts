import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import { pricePointAt } from '../../../../local/simulator/prices/price-points.ts';
import type { ManualPrice } from '../../../../local/simulator/prices/price-schedule.ts';
import type { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import { territories } from '../../../../local/simulator/prices/territories.ts';
import type { Chance } from '../../../engine/chance.ts';
import { BASE, type LifeProduct, PRICES, PRODUCTS, PURCHASE, SUBSCRIPTION, TEAM } from './life-apple.ts';

/** What a person did on Apple's page: to which prices or offers, of which product. */
export type PersonsDeed = { product: LifeProduct; territories: readonly string[]; isOffer: boolean };

type Wish = { territory: string; price: string; from: string | null; until: string | null };

/** A person changes something on Apple's page: a price now, later or for some days, what is scheduled, or an offer. */
export function personWrites(chance: Chance, prices: PriceStore, now: number): PersonsDeed | undefined {
  const today = pacificToday(now);
  const territory = chance.pick(['USA', 'FRA', 'JPN'] as const);
  const price = chance.pick(PRICES[territory] ?? ['9.99']);
  const from = chance.happens(0.4) ? daysAfter(today, 1 + chance.below(9)) : null;
  const until = chance.happens(0.2) ? daysAfter(from ?? today, 2 + chance.below(9)) : null;
  const [subscription, purchase] = PRODUCTS;
  switch (chance.pick(['subscription', 'unschedule', 'offer', 'purchase', 'purchase', 'follow'] as const)) {
    case 'subscription':
      return writeSubscription(prices, subscription, { territory, price, from, until }, today);
    case 'unschedule':
      return unschedule(prices, subscription, territory, today);
    case 'offer':
      return writeOffer(chance, prices, subscription, territory);
    case 'purchase':
      return writeSchedule(prices, purchase, { territory, price, from, until }, today);
    case 'follow':
      return territory === BASE ? undefined : follow(prices, purchase, territory, today);
  }
}

function writeSubscription(
  prices: PriceStore,
  product: LifeProduct,
  { territory, price, from }: Wish,
  today: string,
): PersonsDeed {
  const point = pricePointAt({ kind: 'subscription', id: SUBSCRIPTION, plan: 'UPFRONT' }, territory, price);
  prices.subscription(SUBSCRIPTION, TEAM)?.put({ point, startDate: from, preserve: false }, today);
  return { product, territories: [territory], isOffer: false };
}

function unschedule(
  prices: PriceStore,
  product: LifeProduct,
  territory: string,
  today: string,
): PersonsDeed | undefined {
  const later = prices
    .pricesOf('subscription', SUBSCRIPTION)
    .find(
      (record) => record.territory === territory && (record.startDate ?? '') > today && !record.preserved,
    );
  if (later === undefined) return undefined;
  prices.subscription(SUBSCRIPTION, TEAM)?.unschedule(later.id, today);
  return { product, territories: [territory], isOffer: false };
}

function writeOffer(
  chance: Chance,
  prices: PriceStore,
  product: LifeProduct,
  territory: string,
): PersonsDeed {
  const own = prices
    .offersOf(SUBSCRIPTION, 'introductory')
    .filter((offer) => offer.prices.some((one) => one.territory === territory));
  for (const { id } of own) prices.subscription(SUBSCRIPTION, TEAM)?.offers.remove(id);
  if (own.length === 0 || chance.happens(0.5))
    prices.addOffer(SUBSCRIPTION, {
      kind: 'introductory',
      mode: 'FREE_TRIAL',
      duration: 'THREE_DAYS',
      prices: { [territory]: null },
    });
  return { product, territories: [territory], isOffer: true };
}

/** The fixed prices of an in-app purchase, as its page writes them. */
function fixedPrices(prices: PriceStore, today: string): ManualPrice[] {
  const owner = { kind: 'inAppPurchase', id: PURCHASE, plan: 'UPFRONT' } as const;
  const manual = prices.scheduled('inAppPurchase', PURCHASE, TEAM)?.manualPrices(today) ?? [];
  return manual.map(({ territory, customerPrice, startDate, endDate }) => ({
    point: pricePointAt(owner, territory, customerPrice),
    startDate,
    endDate,
  }));
}

function writeSchedule(
  prices: PriceStore,
  product: LifeProduct,
  { territory, price, from, until }: Wish,
  today: string,
): PersonsDeed {
  const owner = { kind: 'inAppPurchase', id: PURCHASE, plan: 'UPFRONT' } as const;
  const point = pricePointAt(owner, territory, price);
  const all = fixedPrices(prices, today);
  // What is there holds until the new price begins; the base always has a price.
  const before = all
    .filter((one) => one.point.territory === territory && from !== null && (one.startDate ?? '') < from)
    .map((one) =>
      one.endDate === null || (from !== null && one.endDate > from) ? { ...one, endDate: from } : one,
    );
  const own = [...before, { point, startDate: from, endDate: territory === BASE ? null : until }];
  return replace(prices, product, territory, own, today);
}

const follow = (prices: PriceStore, product: LifeProduct, territory: string, today: string): PersonsDeed =>
  replace(prices, product, territory, [], today);

function replace(
  prices: PriceStore,
  product: LifeProduct,
  territory: string,
  own: readonly ManualPrice[],
  today: string,
): PersonsDeed {
  const others = fixedPrices(prices, today).filter(({ point }) => point.territory !== territory);
  const scheduled = prices.scheduled('inAppPurchase', PURCHASE, TEAM);
  scheduled?.replace(scheduled.baseTerritory ?? BASE, [...others, ...own], today);
  // Whoever follows the base moves with it.
  return {
    product,
    territories: territory === BASE ? territories.map(({ id }) => id) : [territory],
    isOffer: false,
  };
}
