import type { PriceStore } from '../../prices/price-store.ts';
import type { Subscription } from '../../prices/subscription-prices.ts';
import { noResource } from '../../rules/apple-error.ts';
import { type Call, idOf, type Route } from '../../server/route.ts';
import { appsOf, hasApp } from '../apps.ts';
import { linked, listResponse, originOf, type Rendered } from '../json-api/documents.ts';
import { readQuery } from '../json-api/query.ts';
import { readRoute } from '../prices/roles.ts';
import { productResource } from '../prices/schedules/products.ts';
import { inAppPurchaseNames } from '../prices/schedules/types.ts';
import { subscriptionResource } from '../prices/subscriptions/subscriptions.ts';

/** A subscription group: nothing but what its subscriptions name. */
type Group = { id: string; name: string; app: string; subscriptions: Subscription[] };

const FIRST_GROUP = 20_000_000;

/**
 * Which products an app has: "List All Subscription Groups for an App", "List all subscriptions in a subscription
 * group", "List All In-App Purchases for an App".
 */
export function catalogueRoutes(store: PriceStore): Route[] {
  return [
    readRoute('/v1/apps/{id}/subscriptionGroups', (call) => {
      const app = findApp(store, call);
      const query = readQuery(call, {
        filters: ['referenceName'],
        include: ['subscriptions'],
        includedLimits: ['subscriptions'],
        fields: ['subscriptionGroups', 'subscriptions'],
        maxLimit: 200,
      });
      const names = query.filter('referenceName');
      const groups = groupsOf(store, call).filter(
        (group) => group.app === app && (names?.includes(group.name) ?? true),
      );
      return listResponse(call, query, groups, (group) =>
        renderGroup(call, group, query.includes('subscriptions') ? query.includedLimit('subscriptions') : 0),
      );
    }),
    readRoute('/v1/subscriptionGroups/{id}/subscriptions', (call) => {
      const id = idOf(call);
      const group = groupsOf(store, call).find((one) => one.id === id);
      if (group === undefined) throw noResource('subscriptionGroups', id);
      const query = readQuery(call, {
        filters: ['productId', 'name', 'state'],
        fields: ['subscriptions'],
        maxLimit: 200,
      });
      const found = group.subscriptions
        .map((subscription) => subscriptionResource(call, subscription))
        .filter(({ attributes }) =>
          ['productId', 'name', 'state'].every(
            (name) => query.filter(name)?.includes(String(attributes?.[name])) ?? true,
          ),
        );
      return listResponse(call, query, found, (resource) => ({ resource, included: [] }));
    }),
    readRoute('/v1/apps/{id}/inAppPurchasesV2', (call) => {
      const app = findApp(store, call);
      const query = readQuery(call, {
        filters: ['productId', 'name'],
        fields: ['inAppPurchases'],
        maxLimit: 200,
      });
      const found = store
        .scheduledOf('inAppPurchase', call.key.team.name)
        .filter((product) => (product.app ?? firstApp(store, call)) === app)
        .map((product) => productResource(call, inAppPurchaseNames, product))
        .filter(({ attributes }) =>
          ['productId', 'name'].every(
            (name) => query.filter(name)?.includes(String(attributes?.[name])) ?? true,
          ),
        );
      return listResponse(call, query, found, (resource) => ({ resource, included: [] }));
    }),
  ];
}

const firstApp = (store: PriceStore, call: Call): string | undefined => appsOf(call.key.team, store)[0]?.id;

function findApp(store: PriceStore, call: Call): string {
  const id = idOf(call);
  if (hasApp(call.key.team, store, id)) return id;
  throw noResource('apps', id);
}

/** The team's groups, in the order in which their first subscriptions were made. */
function groupsOf(store: PriceStore, call: Call): Group[] {
  const other = firstApp(store, call) ?? '';
  const groups = new Map<string, Group>();
  for (const subscription of store.subscriptions(call.key.team.name)) {
    const app = subscription.app ?? other;
    const key = `${app} ${subscription.group}`;
    const id = String(FIRST_GROUP + groups.size);
    const group = groups.get(key) ?? { id, name: subscription.group, app, subscriptions: [] };
    group.subscriptions.push(subscription);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** @param included how many of its subscriptions come along; `meta.paging.total` says how many there are */
function renderGroup(call: Call, { id, name, subscriptions }: Group, included: number): Rendered {
  const self = `${originOf(call)}/v1/subscriptionGroups/${id}`;
  const shown = subscriptions.slice(0, included);
  return {
    resource: {
      type: 'subscriptionGroups',
      id,
      attributes: { referenceName: name },
      relationships: {
        subscriptions: {
          ...linked(self, 'subscriptions'),
          ...(included > 0 && {
            meta: { paging: { total: subscriptions.length, limit: included } },
            data: shown.map((subscription) => ({ type: 'subscriptions', id: subscription.id })),
          }),
        },
      },
      links: { self },
    },
    included: shown.map((subscription) => subscriptionResource(call, subscription)),
  };
}
