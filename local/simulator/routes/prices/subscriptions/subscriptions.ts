import { pacificDay } from '../../../prices/pacific-day.ts';
import { findPricePoint, type Plan } from '../../../prices/price-points.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import type { PriceRecord } from '../../../prices/priced-product.ts';
import type { Subscription } from '../../../prices/subscription-prices.ts';
import { invalidParameter, noResource } from '../../../rules/apple-error.ts';
import { compareTexts } from '../../../rules/compare-texts.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import { type Call, idOf, type Route } from '../../../server/route.ts';
import {
  linked,
  listResponse,
  originOf,
  type Rendered,
  type Resource,
  singleResponse,
} from '../../json-api/documents.ts';
import { type ReadQuery, readQuery } from '../../json-api/query.ts';
import { includedOfPrice, pointIdentifier } from '../points.ts';
import { readRoute } from '../roles.ts';
import { filteredTerritories, territoryIdentifier } from '../territories.ts';

/** What can be read of a subscription and its prices. */
export function subscriptionRoutes(store: PriceStore): Route[] {
  return [
    readRoute('/v1/subscriptions/{id}', (call) => {
      const subscription = findSubscription(store, call);
      const query = readQuery(call, { fields: ['subscriptions'] });
      return singleResponse(call, query, {
        resource: subscriptionResource(call, subscription),
        included: [],
      });
    }),
    readRoute('/v1/subscriptions/{id}/prices', (call) => prices(call, findSubscription(store, call))),
    readRoute('/v1/subscriptions/{id}/relationships/prices', (call) =>
      priceIdentifiers(call, findSubscription(store, call)),
    ),
  ];
}

/** The team's subscription, the one that the path names unless given; 404 for any other. */
export function findSubscription(store: PriceStore, call: Call, id = idOf(call)): Subscription {
  const found = store.subscription(id, call.key.team.name);
  if (found === undefined) throw noResource('subscriptions', id);
  return found;
}

export function subscriptionResource(call: Call, subscription: Subscription): Resource {
  const { id, name, productId, period, approved, multiSeatStatus } = subscription;
  const self = `${originOf(call)}/v1/subscriptions/${id}`;
  return {
    type: 'subscriptions',
    id,
    attributes: {
      name,
      productId,
      familySharable: false,
      state: approved ? 'APPROVED' : subscription.hasPrices() ? 'READY_TO_SUBMIT' : 'MISSING_METADATA',
      subscriptionPeriod: period,
      groupLevel: 1,
      ...(multiSeatStatus !== undefined && { multiSeatStatus }),
    },
    relationships: Object.fromEntries(
      ['prices', 'pricePoints', 'introductoryOffers', 'promotionalOffers', 'offerCodes', 'winBackOffers'].map(
        (relationship) => [relationship, linked(self, relationship)],
      ),
    ),
    links: { self },
  };
}

function prices(call: Call, subscription: Subscription): RouteResponse {
  const query = readQuery(call, {
    filters: ['territory', 'subscriptionPricePoint', 'planType'],
    include: ['territory', 'subscriptionPricePoint'],
    fields: ['subscriptionPrices', 'territories', 'subscriptionPricePoints'],
    maxLimit: 200,
  });
  const plans = askedPlans(query) ?? unnamedPlans(call, subscription);
  const places = new Set(filteredTerritories(query).map(({ id }) => id));
  const points = query.filter('subscriptionPricePoint');
  const found = plans
    .flatMap((plan) => subscription.prices(pacificDay(call.now), plan))
    .filter(
      ({ territory, pricePointId }) => places.has(territory) && (points?.includes(pricePointId) ?? true),
    )
    .toSorted(inListOrder);
  return listResponse(call, query, found, (record) => renderPrice(call, query, record, subscription));
}

/** The linkages: which prices there are, without what they are. */
function priceIdentifiers(call: Call, subscription: Subscription): RouteResponse {
  const query = readQuery(call, { maxLimit: 200 });
  const found = unnamedPlans(call, subscription)
    .flatMap((plan) => subscription.prices(pacificDay(call.now), plan))
    .toSorted(inListOrder);
  return listResponse(call, query, found, ({ id }) => ({
    resource: { type: 'subscriptionPrices', id },
    included: [],
  }));
}

const unnamedPlans = ({ behaviour }: Call, { plans }: Subscription): readonly Plan[] =>
  behaviour.subscriptionPricesWithoutPlan === 'up-front' ? ['UPFRONT'] : plans;

/** Territory by territory, the plans side by side: whoever does not look at `planType` mixes them up. */
const inListOrder = (one: PriceRecord, other: PriceRecord): number =>
  compareTexts(one.territory, other.territory) || compareTexts(one.plan, other.plan);

/** The plans that `filter[planType]` names. */
export function askedPlans(query: ReadQuery): Plan[] | undefined {
  return query.filter('planType')?.map((plan) => {
    if (plan === 'UPFRONT' || plan === 'MONTHLY') return plan;
    throw invalidParameter('filter[planType]', `'${plan}' is not a valid filter value for 'planType'`);
  });
}

type ListedPrice = Pick<
  PriceRecord,
  'id' | 'territory' | 'pricePointId' | 'startDate' | 'preserved' | 'plan'
>;

export function renderPrice(
  call: Call,
  query: ReadQuery,
  { id, territory, pricePointId, startDate, preserved, plan }: ListedPrice,
  subscription: Subscription,
): Rendered {
  const wanted = { territory: query.includes('territory'), point: query.includes('subscriptionPricePoint') };
  return {
    resource: {
      type: 'subscriptionPrices',
      id,
      attributes: { startDate, preserved, planType: plan },
      relationships: {
        ...(wanted.territory && { territory: territoryIdentifier(territory) }),
        ...(wanted.point && { subscriptionPricePoint: pointIdentifier('subscription', pricePointId) }),
      },
      links: { self: `${originOf(call)}/v1/subscriptionPrices/${id}` },
    },
    included: includedOfPrice(call, findPricePoint(subscription, pricePointId), territory, wanted),
  };
}
