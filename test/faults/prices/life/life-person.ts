import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import { pricePointAt } from '../../../../local/simulator/prices/price-points.ts';
import type { ManualPrice } from '../../../../local/simulator/prices/price-schedule.ts';
import type { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import { territories } from '../../../../local/simulator/prices/territories.ts';
import type { Chance } from '../../../engine/chance.ts';

/** The two products of a team that a person may touch, and the prices that there are. */
export type Shop = {
  prices: PriceStore;
  team: string;
  subscription: string;
  purchase: string;
  /** The base territory of the in-app purchase. */
  base: string;
  amounts: Readonly<Record<string, readonly [string, ...string[]]>>;
  /** How often a price is for later, or for some days only. */
  laterShare: number;
};

/** What a person did on Apple's page: to which prices or offers, of which product. */
export type PersonsDeed = {
  kind: 'subscription' | 'inAppPurchase';
  territories: readonly string[];
  isOffer: boolean;
};

type Wish = { territory: string; price: string; from: string | null; until: string | null };

/** A person changes something on Apple's page: a price now, later or for some days, what is scheduled, or an offer. */
export function personWrites(chance: Chance, shop: Shop, now: number): PersonsDeed | undefined {
  const today = pacificToday(now);
  const territory = chance.pick(['USA', 'FRA', 'JPN'] as const);
  const price = chance.pick(shop.amounts[territory] ?? ['9.99']);
  const from = chance.happens(shop.laterShare) ? daysAfter(today, 1 + chance.below(9)) : null;
  const until = chance.happens(shop.laterShare / 2) ? daysAfter(from ?? today, 2 + chance.below(9)) : null;
  switch (chance.pick(['subscription', 'unschedule', 'offer', 'purchase', 'purchase', 'follow'] as const)) {
    case 'subscription':
      return writeSubscription(shop, { territory, price, from, until }, today);
    case 'unschedule':
      return unschedule(shop, territory, today);
    case 'offer':
      return writeOffer(chance, shop, territory);
    case 'purchase':
      return writeSchedule(shop, { territory, price, from, until }, today);
    case 'follow':
      return territory === shop.base ? undefined : replace(shop, territory, [], today);
  }
}

function writeSubscription(
  { prices, subscription: id, team }: Shop,
  { territory, price, from }: Wish,
  today: string,
): PersonsDeed {
  const point = pricePointAt({ kind: 'subscription', id, plan: 'UPFRONT' }, territory, price);
  prices.subscription(id, team)?.put({ point, startDate: from, preserve: false }, today);
  return { kind: 'subscription', territories: [territory], isOffer: false };
}

function unschedule(
  { prices, subscription: id, team }: Shop,
  territory: string,
  today: string,
): PersonsDeed | undefined {
  const later = prices
    .pricesOf('subscription', id)
    .find(
      (record) => record.territory === territory && (record.startDate ?? '') > today && !record.preserved,
    );
  if (later === undefined) return undefined;
  prices.subscription(id, team)?.unschedule(later.id, today);
  return { kind: 'subscription', territories: [territory], isOffer: false };
}

function writeOffer(
  chance: Chance,
  { prices, subscription: id, team }: Shop,
  territory: string,
): PersonsDeed {
  const own = prices
    .offersOf(id, 'introductory')
    .filter((offer) => offer.prices.some((one) => one.territory === territory));
  for (const offer of own) prices.subscription(id, team)?.offers.remove(offer.id);
  if (own.length === 0 || chance.happens(0.5))
    prices.addOffer(id, {
      kind: 'introductory',
      mode: 'FREE_TRIAL',
      duration: 'THREE_DAYS',
      prices: { [territory]: null },
    });
  return { kind: 'subscription', territories: [territory], isOffer: true };
}

/** The fixed prices of an in-app purchase, as its page writes them. */
function fixedPrices({ prices, purchase: id, team }: Shop, today: string): ManualPrice[] {
  const owner = { kind: 'inAppPurchase', id, plan: 'UPFRONT' } as const;
  const manual = prices.scheduled('inAppPurchase', id, team)?.manualPrices(today) ?? [];
  return manual.map(({ territory, customerPrice, startDate, endDate }) => ({
    point: pricePointAt(owner, territory, customerPrice),
    startDate,
    endDate,
  }));
}

function writeSchedule(shop: Shop, { territory, price, from, until }: Wish, today: string): PersonsDeed {
  const owner = { kind: 'inAppPurchase', id: shop.purchase, plan: 'UPFRONT' } as const;
  const point = pricePointAt(owner, territory, price);
  const all = fixedPrices(shop, today);
  // What is there holds until the new price begins; the base always has a price.
  const before = all
    .filter((one) => one.point.territory === territory && from !== null && (one.startDate ?? '') < from)
    .map((one) =>
      one.endDate === null || (from !== null && one.endDate > from) ? { ...one, endDate: from } : one,
    );
  const own = [...before, { point, startDate: from, endDate: territory === shop.base ? null : until }];
  return replace(shop, territory, own, today);
}

function replace(shop: Shop, territory: string, own: readonly ManualPrice[], today: string): PersonsDeed {
  const others = fixedPrices(shop, today).filter(({ point }) => point.territory !== territory);
  const scheduled = shop.prices.scheduled('inAppPurchase', shop.purchase, shop.team);
  scheduled?.replace(scheduled.baseTerritory ?? shop.base, [...others, ...own], today);
  // Whoever follows the base moves with it.
  return {
    kind: 'inAppPurchase',
    territories: territory === shop.base ? territories.map(({ id }) => id) : [territory],
    isOffer: false,
  };
}
