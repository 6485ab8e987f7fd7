import type { AppDetails } from '../../auth/accounts.ts';
import type { PriceStore } from '../../prices/price-store.ts';
import { notFound } from '../../rules/apple-error.ts';
import type { Call, Route } from '../../server/route.ts';
import { appsOf } from '../apps.ts';
import { linked, listResponse, originOf, type Resource } from '../json-api/documents.ts';
import { type ReadQuery, readQuery } from '../json-api/query.ts';
import { priceReaders } from '../prices/roles.ts';
import { productResource } from '../prices/schedules/products.ts';
import { inAppPurchaseNames } from '../prices/schedules/types.ts';
import { subscriptionResource } from '../prices/subscriptions/subscriptions.ts';

/** An app's subscription groups with their subscriptions, and its in-app purchases. */
export function productsOfAppsRoutes(store: PriceStore): Route[] {
  const read = (path: string, handle: Route['handle']): Route => ({
    method: 'GET',
    path,
    roles: priceReaders,
    individualKeys: true,
    handle,
  });
  return [
    read('/v1/apps/{id}/subscriptionGroups', (call) => {
      const query = readQuery(call, {
        filters: ['referenceName'],
        fields: ['subscriptionGroups'],
        maxLimit: 200,
        notPlayed: { parameters: ['include', /^limit\[/, 'sort', 'filter[subscriptions.state]'] },
      });
      const names = [...new Set(subscriptionsOf(store, call, appOf(store, call)).map(({ group }) => group))];
      const found = names.filter((name) => query.filter('referenceName')?.includes(name) ?? true);
      return listResponse(call, query, found, (name) => ({
        resource: groupResource(call, name),
        included: [],
      }));
    }),
    read('/v1/subscriptionGroups/{id}/subscriptions', (call) => {
      const query = readQuery(call, productQuery('subscriptions'));
      const { app, name } = groupOf(call);
      const found = subscriptionsOf(store, call, appOf(store, call, app)).filter(
        ({ group }) => group === name,
      );
      return listResponse(call, query, named(query, found), (subscription) => ({
        resource: subscriptionResource(call, subscription),
        included: [],
      }));
    }),
    read('/v1/apps/{id}/inAppPurchasesV2', (call) => {
      const query = readQuery(call, productQuery('inAppPurchases'));
      const app = appOf(store, call);
      const found = store
        .scheduledOf('inAppPurchase', call.key.team.name)
        .filter((product) => (product.app ?? firstApp(store, call)) === app.id);
      return listResponse(call, query, named(query, found), (product) => ({
        resource: productResource(call, inAppPurchaseNames, product),
        included: [],
      }));
    }),
  ];
}

const productQuery = (type: string) => ({
  filters: ['productId', 'name'],
  fields: [type],
  maxLimit: 200,
  notPlayed: { parameters: ['include', 'sort', /^limit\[/, 'filter[state]', 'filter[inAppPurchaseType]'] },
});

const named = <P extends { productId: string; name: string }>(
  query: ReadQuery,
  products: readonly P[],
): P[] =>
  products.filter(
    ({ productId, name }) =>
      (query.filter('productId')?.includes(productId) ?? true) &&
      (query.filter('name')?.includes(name) ?? true),
  );

const firstApp = (store: PriceStore, call: Call): string | undefined => appsOf(call.key.team, store)[0]?.id;

function appOf(store: PriceStore, call: Call, id = call.pathParameters['id'] ?? ''): AppDetails {
  const found = appsOf(call.key.team, store).find((app) => app.id === id);
  if (found === undefined) throw notFound(`There is no resource of type 'apps' with id '${id}'`);
  return found;
}

const subscriptionsOf = (store: PriceStore, call: Call, { id }: AppDetails) =>
  store
    .subscriptions(call.key.team.name)
    .filter((subscription) => (subscription.app ?? firstApp(store, call)) === id);

/** A group's id is opaque to clients; here it holds the app and the group's name. */
function groupResource(call: Call, name: string): Resource {
  const app = call.pathParameters['id'] ?? '';
  const id = Buffer.from(JSON.stringify({ app, name })).toString('base64url');
  const self = `${originOf(call)}/v1/subscriptionGroups/${id}`;
  return {
    type: 'subscriptionGroups',
    id,
    attributes: { referenceName: name },
    relationships: { subscriptions: linked(self, 'subscriptions') },
    links: { self },
  };
}

function groupOf(call: Call): { app: string; name: string } {
  const id = call.pathParameters['id'] ?? '';
  try {
    const { app, name } = JSON.parse(Buffer.from(id, 'base64url').toString());
    if (typeof app === 'string' && typeof name === 'string') return { app, name };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw notFound(`There is no resource of type 'subscriptionGroups' with id '${id}'`);
}
