import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import type { Problem } from '../../../platform/errors.ts';
import { isOfferBelow } from '../../consent/offers.ts';
import { type IntroductoryOffer, type OfferTerms, offerTerms } from '../../request/introductory-offer.ts';
import { daysAfter } from '../../request/pacific-day.ts';
import type { PlanEntry } from '../plan-entry.ts';
import { type PriceState, sameTimeline, type Timeline, timelineOf } from '../price-state.ts';

/**
 * The entries of a plan over introductory offers, in the order of the territories' names. A territory's offers are
 * replaced as a whole.
 *
 * @param targets the price points of paid offers
 */
export function offerEntries(
  offer: IntroductoryOffer,
  state: PriceState,
  targets: ReadonlyMap<string, PricePoint>,
  startDate: string | undefined,
): PlanEntry[] {
  const names = offer.territories ?? [...targets.keys()];
  return [...new Set(names)]
    .toSorted()
    .map((territory) => offerEntry(offer, state, territory, targets.get(territory), startDate));
}

function offerEntry(
  offer: IntroductoryOffer,
  state: PriceState,
  territory: string,
  point: PricePoint | undefined,
  startDate: string | undefined,
): PlanEntry {
  const before = timelineOf(state.territories.get(territory));
  const price = point?.customerPrice ?? '0';
  const desired = 'mode' in offer ? offerTimeline(offer, price, startDate) : [];
  const kind = kindOf(before, desired, state.today);
  const replaces = kind === 'change' || kind === 'unschedule';
  const [present] = before;
  return {
    territory,
    currency: state.regular?.territories.get(territory)?.currency ?? null,
    kind,
    present: present === undefined ? null : { price: present.price, proceeds: null },
    scheduled: before.filter(({ from }) => from !== null),
    target: { price, proceeds: point?.proceeds ?? null, pricePointId: point?.id ?? '' },
    changePercent: null,
    startDate: startDate ?? null,
    existingSubscribers: null,
    overwrites: replaces ? before : [],
    removes: replaces
      ? state.records.filter((record) => record.territory === territory).map(({ id }) => id)
      : [],
    warnings: replaces
      ? before.map(
          ({ terms, price: old, from, until }) =>
            `takes away ${terms ?? 'an offer'} at ${old}${from === null ? '' : ` from ${from}`}${until === undefined ? '' : ` until ${daysAfter(until, -1)}`}`,
        )
      : [],
    before,
    after: kind === 'none' ? before : desired,
  };
}

const offerTimeline = (offer: OfferTerms, price: string, startDate: string | undefined): Timeline => [
  {
    from: startDate ?? null,
    price,
    ...(offer.endDate !== undefined && { until: daysAfter(offer.endDate, 1) }),
    terms: offerTerms(offer),
  },
];

function kindOf(before: Timeline, desired: Timeline, today: string): PlanEntry['kind'] {
  if (sameTimeline(before, desired, today)) return 'none';
  if (desired.length === 0) return 'unschedule';
  return before.length === 0 ? 'first' : 'change';
}

/** An offer that is not below the price for the same time is none, and a territory without a price can have none. */
export function offerProblems(
  offer: IntroductoryOffer,
  { regular }: PriceState,
  entries: readonly PlanEntry[],
): Problem[] {
  if (!('mode' in offer)) return [];
  return entries.flatMap(({ territory, target }) => {
    const path = `introductoryOffer.${territory}`;
    const price = regular?.territories.get(territory)?.present?.customerPrice;
    if (price === undefined)
      return [{ path, message: `the subscription has no price in ${territory}; set one first` }];
    if (offer.mode === 'FREE_TRIAL' || isOfferBelow(target.price, offer.duration, price, regular?.period))
      return [];
    return [
      {
        path,
        message: `the offer of ${target.price} is not below the price of ${price} for the same time`,
      },
    ];
  });
}
