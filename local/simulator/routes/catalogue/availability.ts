import type { PriceStore } from '../../prices/price-store.ts';
import { type Territory, territories } from '../../prices/territories.ts';
import { noResource } from '../../rules/apple-error.ts';
import { type Call, idOf, type Route } from '../../server/route.ts';
import { listResponse, originOf, singleResponse } from '../json-api/documents.ts';
import { readQuery } from '../json-api/query.ts';
import { readRoute } from '../prices/roles.ts';
import { findProduct } from '../prices/schedules/products.ts';
import { appNames, inAppPurchaseNames } from '../prices/schedules/types.ts';
import { findSubscription } from '../prices/subscriptions/subscriptions.ts';
import { territoryIdentifier, territoryResource } from '../prices/territories.ts';

/** Where products are sold: read only. An availability has the id of its product. */
export function availabilityRoutes(store: PriceStore): Route[] {
  return [...ofSubscriptions(store), ...ofInAppPurchases(store), ...ofApps(store)];
}

function ofSubscriptions(store: PriceStore): Route[] {
  return [
    readRoute('/v1/subscriptions/{id}/planAvailabilities', (call) => {
      const { id, plans, hasPlan } = planIds(store, call);
      const query = readQuery(call, {
        fields: ['subscriptionPlanAvailabilities', 'territories'],
        maxLimit: 200,
      });
      return listResponse(call, query, plans.filter(hasPlan), (plan) => ({
        resource: {
          type: 'subscriptionPlanAvailabilities',
          id: `${id}-${plan}`,
          attributes: { planType: plan, availableInNewTerritories: true },
        },
        included: [],
      }));
    }),
    readRoute('/v1/subscriptionPlanAvailabilities/{id}/availableTerritories', (call) => {
      const product = idOf(call).replace(/-[A-Z]+$/, '');
      const subscription = store.subscription(product, call.key.team.name);
      if (subscription === undefined) throw noResource('subscriptionPlanAvailabilities', product);
      return territoryList(call, soldIn(subscription));
    }),
    // Beside the availability of each plan; clients of others ask for it.
    readRoute('/v1/subscriptions/{id}/subscriptionAvailability', (call) =>
      availability(call, 'subscriptionAvailabilities', 'v1', findSubscription(store, call).id),
    ),
    readRoute('/v1/subscriptionAvailabilities/{id}/availableTerritories', (call) =>
      territoryList(call, soldIn(findSubscription(store, call))),
    ),
  ];
}

function ofInAppPurchases(store: PriceStore): Route[] {
  return [
    readRoute('/v2/inAppPurchases/{id}/inAppPurchaseAvailability', (call) => {
      const { id } = findProduct(store, inAppPurchaseNames, call);
      return availability(call, 'inAppPurchaseAvailabilities', 'v1', id);
    }),
    readRoute('/v1/inAppPurchaseAvailabilities/{id}/availableTerritories', (call) =>
      territoryList(call, soldIn(findProduct(store, inAppPurchaseNames, call))),
    ),
  ];
}

function ofApps(store: PriceStore): Route[] {
  return [
    readRoute('/v1/apps/{id}/appAvailabilityV2', (call) =>
      availability(call, 'appAvailabilities', 'v2', findProduct(store, appNames, call).id),
    ),
    readRoute('/v2/appAvailabilities/{id}/territoryAvailabilities', (call) => {
      const app = findProduct(store, appNames, call);
      const sold = new Set(soldIn(app).map(({ id }) => id));
      const query = readQuery(call, {
        include: ['territory'],
        fields: ['territoryAvailabilities', 'territories'],
        maxLimit: 200,
      });
      return listResponse(call, query, territories, (territory) => ({
        resource: {
          type: 'territoryAvailabilities',
          id: `${app.id}-${territory.id}`,
          attributes: {
            available: sold.has(territory.id),
            preOrderEnabled: false,
            contentStatuses: [sold.has(territory.id) ? 'AVAILABLE' : 'CANNOT_SELL'],
          },
          ...(query.includes('territory') && {
            relationships: { territory: territoryIdentifier(territory.id) },
          }),
        },
        included: query.includes('territory') ? [territoryResource(call, territory)] : [],
      }));
    }),
  ];
}

const soldIn = ({ availableIn }: { availableIn: readonly string[] | undefined }): readonly Territory[] =>
  availableIn === undefined ? territories : territories.filter(({ id }) => availableIn.includes(id));

function planIds(store: PriceStore, call: Call) {
  const subscription = findSubscription(store, call);
  return {
    id: subscription.id,
    plans: subscription.plans,
    hasPlan: (plan: (typeof subscription.plans)[number]) =>
      plan === 'UPFRONT' || subscription.effective('9999-12-31', plan).size > 0,
  };
}

function availability(call: Call, type: string, version: string, id: string) {
  const query = readQuery(call, { fields: [type, 'territories'] });
  const self = `${originOf(call)}/${version}/${type}/${id}`;
  const attributes = { availableInNewTerritories: true };
  return singleResponse(call, query, {
    resource: { type, id, attributes, links: { self } },
    included: [],
  });
}

function territoryList(call: Call, found: readonly Territory[]) {
  const query = readQuery(call, { fields: ['territories'], maxLimit: 200 });
  return listResponse(call, query, found, (territory) => ({
    resource: territoryResource(call, territory),
    included: [],
  }));
}
