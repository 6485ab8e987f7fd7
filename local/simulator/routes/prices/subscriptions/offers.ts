import type { Offer, OfferKind } from '../../../prices/offers.ts';
import { pricePointId } from '../../../prices/price-points.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import type { Subscription } from '../../../prices/subscription-prices.ts';
import { noResource } from '../../../rules/apple-error.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import { type Call, idOf, type Route } from '../../../server/route.ts';
import { linked, listResponse, originOf, type Rendered } from '../../json-api/documents.ts';
import { type ReadQuery, readQuery } from '../../json-api/query.ts';
import { includedOfPrice, pointIdentifier } from '../points.ts';
import { readRoute } from '../roles.ts';
import { filteredTerritories, territoryIdentifier } from '../territories.ts';
import { findSubscription } from './subscriptions.ts';

/** How each kind is called, where its list and the prices of one are. */
const KINDS: Record<OfferKind, { list: string; type: string; priceType: string }> = {
  introductory: {
    list: 'introductoryOffers',
    type: 'subscriptionIntroductoryOffers',
    priceType: '',
  },
  promotional: {
    list: 'promotionalOffers',
    type: 'subscriptionPromotionalOffers',
    priceType: 'subscriptionPromotionalOfferPrices',
  },
  offerCode: {
    list: 'offerCodes',
    type: 'subscriptionOfferCodes',
    priceType: 'subscriptionOfferCodePrices',
  },
  winBack: { list: 'winBackOffers', type: 'winBackOffers', priceType: 'winBackOfferPrices' },
};

/** Offers of subscriptions of all kinds, to read. */
export function offerRoutes(store: PriceStore): Route[] {
  return [
    readRoute('/v1/subscriptions/{id}/introductoryOffers', (call) => introductoryOffers(call, store)),
    ...(['promotional', 'offerCode', 'winBack'] as const).flatMap((kind) => [
      readRoute(`/v1/subscriptions/{id}/${KINDS[kind].list}`, (call) => otherOffers(call, store, kind)),
      readRoute(`/v1/${KINDS[kind].type}/{id}/prices`, (call) => offerPrices(call, store, kind)),
    ]),
  ];
}

function introductoryOffers(call: Call, store: PriceStore): RouteResponse {
  const subscription = findSubscription(store, call);
  const query = readQuery(call, {
    filters: ['territory'],
    include: ['territory', 'subscriptionPricePoint'],
    fields: ['subscriptionIntroductoryOffers', 'territories', 'subscriptionPricePoints'],
    maxLimit: 200,
  });
  const places = new Set(filteredTerritories(query).map(({ id }) => id));
  const offers = subscription.offers
    .all('introductory')
    .filter(({ prices }) => prices.some(({ territory }) => places.has(territory)));
  return listResponse(call, query, offers, (offer) => renderIntroductory(call, query, offer));
}

export function renderIntroductory(call: Call, query: ReadQuery, offer: Offer): Rendered {
  const [price] = offer.prices;
  const self = `${originOf(call)}/v1/subscriptionIntroductoryOffers/${offer.id}`;
  const { type } = KINDS.introductory;
  const resource = { type, id: offer.id, attributes: attributesOf(offer), links: { self } };
  if (price === undefined) return { resource, included: [] };
  const { relationships, included } = priceParts(call, query, price);
  return { resource: { ...resource, relationships }, included };
}

type OfferPrice = Offer['prices'][number];

/** Relationships and included resources of what has a territory and a price point. */
function priceParts(call: Call, query: ReadQuery, { territory, point }: OfferPrice) {
  const wanted = { territory: query.includes('territory'), point: query.includes('subscriptionPricePoint') };
  return {
    relationships: {
      ...(wanted.territory && { territory: territoryIdentifier(territory) }),
      ...(wanted.point &&
        point !== null && { subscriptionPricePoint: pointIdentifier('subscription', pricePointId(point)) }),
    },
    included: includedOfPrice(call, point ?? undefined, territory, wanted),
  };
}

const attributesOf = ({ kind, name, mode, duration, periods, startDate, endDate, plan, active }: Offer) => ({
  duration,
  offerMode: mode,
  targetSubscriptionPlanType: plan,
  ...(kind === 'winBack'
    ? { referenceName: name, periodCount: periods, startDate, endDate }
    : { numberOfPeriods: periods }),
  ...(kind === 'introductory' && { startDate, endDate }),
  ...((kind === 'promotional' || kind === 'offerCode') && { name }),
  ...(kind === 'offerCode' && { active }),
});

function otherOffers(call: Call, store: PriceStore, kind: Exclude<OfferKind, 'introductory'>): RouteResponse {
  const subscription = findSubscription(store, call);
  const { type, priceType } = KINDS[kind];
  const query = readQuery(call, {
    ...(kind === 'winBack' ? {} : { filters: ['territory'] }),
    fields: [type, priceType],
    maxLimit: 200,
  });
  return listResponse(call, query, subscription.offers.all(kind), (offer) => {
    const self = `${originOf(call)}/v1/${type}/${offer.id}`;
    return {
      resource: {
        type,
        id: offer.id,
        attributes: attributesOf(offer),
        relationships: { prices: linked(self, 'prices') },
        links: { self },
      },
      included: [],
    };
  });
}

function offerPrices(call: Call, store: PriceStore, kind: Exclude<OfferKind, 'introductory'>): RouteResponse {
  const { offer } = findOffer(store, call, kind);
  const { priceType } = KINDS[kind];
  const query = readQuery(call, {
    filters: ['territory'],
    include: ['territory', 'subscriptionPricePoint'],
    fields: [priceType, 'territories', 'subscriptionPricePoints'],
    maxLimit: 200,
  });
  const places = new Set(filteredTerritories(query).map(({ id }) => id));
  const prices = offer.prices.filter(({ territory }) => places.has(territory));
  return listResponse(call, query, prices, (price) => ({
    resource: {
      type: priceType,
      id: `${offer.id}-${price.territory}`,
      relationships: priceParts(call, query, price).relationships,
    },
    included: priceParts(call, query, price).included,
  }));
}

export function findOffer(
  store: PriceStore,
  call: Call,
  kind: OfferKind,
): { offer: Offer; subscription: Subscription } {
  const id = idOf(call);
  for (const subscription of store.subscriptions(call.key.team.name)) {
    const offer = subscription.offers.find(id);
    if (offer?.kind === kind) return { offer, subscription };
  }
  throw noResource(KINDS[kind].type, id);
}
