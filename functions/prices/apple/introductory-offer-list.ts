import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import {
  createIntroductoryOffer,
  deleteIntroductoryOffer,
  readIntroductoryOffers,
  type SubscriptionOffer,
} from '../../app-store-connect/resources/subscription-offers.ts';
import type { PlanType } from '../../app-store-connect/resources/subscription-prices.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { together } from '../../platform/util/concurrency.ts';
import type { PlanEntry } from '../plan/plan-entry.ts';
import type { PriceList } from '../plan/price-list.ts';
import type { PriceRecord, TerritoryPrices, TimedPrice } from '../plan/price-state.ts';
import type { StepDraft } from '../plan/steps.ts';
import { offerTerms, readOfferTerms } from '../request/introductory-offer.ts';
import { daysAfter, pacificToday } from '../request/pacific-day.ts';

/**
 * A subscription's introductory offers as a price list: a territory has an offer, now or later, where it has a price
 * otherwise. Apple takes one territory per request and changes nothing of an offer but its end, so that another offer is
 * a deletion and a creation.
 *
 * @param prices the subscription's own price list
 */
export function createIntroductoryOfferList(
  client: AppStoreConnectClient,
  clock: Clock,
  { id, plan }: { id: string; plan: PlanType },
  prices: PriceList,
): PriceList {
  const readOffers = async () => {
    const today = pacificToday(clock.now());
    const offers = await readIntroductoryOffers(client, id);
    return { today, ...offerState(offers, plan, today) };
  };
  return {
    ...prices,
    read: async () => {
      const [regular, offers] = await together(prices.read(), readOffers());
      return {
        ...offers,
        earliest: undefined,
        period: regular.period,
        hasSubscribers: false,
        baseTerritory: undefined,
        regular,
      };
    },
    readBack: readOffers,
    steps: (_state, entries) => offerSteps(id, plan, entries),
  };
}

/** Offers of a plan that are not over, by territory, in the order in which they start. */
function offerState(
  offers: readonly SubscriptionOffer[],
  plan: PlanType,
  today: string,
): { territories: Map<string, TerritoryPrices>; records: PriceRecord[] } {
  const current = offers
    .filter(
      ({ endDate, plan: offerPlan }) =>
        (offerPlan ?? 'UPFRONT') === plan && (endDate === undefined || endDate >= today),
    )
    .toSorted((a, b) => ((a.startDate ?? '') < (b.startDate ?? '') ? -1 : 1));
  const byTerritory = Map.groupBy(current, ({ prices }) => prices?.[0]?.territory ?? '');
  const territories = new Map(
    [...byTerritory].map(([territory, territoryOffers]): [string, TerritoryPrices] => [
      territory,
      {
        currency: undefined,
        present: undefined,
        scheduled: [],
        automatic: false,
        timeline: territoryOffers.map((offer) => timedOffer(offer, today)),
      },
    ]),
  );
  return { territories, records: current.flatMap(recordsOf) };
}

/** A free trial has no price point. */
const freePoint = (territory: string): PricePoint => ({
  id: '',
  territory,
  customerPrice: '0',
  proceeds: undefined,
});

const recordsOf = ({ id, startDate, endDate, prices = [] }: SubscriptionOffer): PriceRecord[] =>
  prices.map(({ territory, point }) => ({
    id,
    territory,
    from: startDate,
    until: endDate,
    point: point ?? freePoint(territory),
  }));

function timedOffer(offer: SubscriptionOffer, today: string): TimedPrice {
  const { startDate, endDate, prices } = offer;
  return {
    from: startDate !== undefined && startDate > today ? startDate : null,
    price: prices?.[0]?.point?.customerPrice ?? '0',
    ...(endDate !== undefined && { until: daysAfter(endDate, 1) }),
    terms: offerTerms(offer),
  };
}

/** Every offer that a territory has goes, one request each and the first one first; then the new one is made. */
function offerSteps(id: string, plan: PlanType, entries: readonly PlanEntry[]): StepDraft[] {
  // mutation: offers-replaced
  const removals = entries.flatMap(({ territory, removes, before }) =>
    removes.map(
      (recordId, index): StepDraft => ({
        name: `remove-${territory}`,
        write: deleteIntroductoryOffer(recordId),
        effects: { [territory]: { before: before.slice(index), after: before.slice(index + 1) } },
        replacesAll: false,
      }),
    ),
  );
  const creations = entries.flatMap((entry): StepDraft[] => {
    const { territory, kind, after, target } = entry;
    const [offer] = after;
    if ((kind !== 'first' && kind !== 'change') || offer === undefined) return [];
    return [
      {
        name: territory,
        write: createIntroductoryOffer(id, plan, {
          territory,
          pricePointId: target.pricePointId === '' ? undefined : target.pricePointId,
          ...readOfferTerms(offer.terms ?? ''),
          startDate: offer.from ?? undefined,
          endDate: offer.until === undefined ? undefined : daysAfter(offer.until, -1),
        }),
        effects: { [territory]: { before: [], after } },
        replacesAll: false,
      },
    ];
  });
  return [...removals, ...creations];
}
