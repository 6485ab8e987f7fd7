import { appDetails } from '../../../auth/accounts.ts';
import type { ScheduledProduct } from '../../../prices/price-schedule.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import { noResource } from '../../../rules/apple-error.ts';
import { type Call, idOf, type Route } from '../../../server/route.ts';
import { appResource } from '../../apps.ts';
import { linked, originOf, type Resource, singleResponse } from '../../json-api/documents.ts';
import { readQuery } from '../../json-api/query.ts';
import { readRoute } from '../roles.ts';
import type { ScheduleNames } from './types.ts';

/** `GET /v2/inAppPurchases/{id}`. */
export function productRoute(store: PriceStore, names: ScheduleNames): Route {
  return readRoute(names.productPath, (call) => {
    const product = findProduct(store, names, call);
    const query = readQuery(call, { fields: [names.product] });
    return singleResponse(call, query, { resource: productResource(call, names, product), included: [] });
  });
}

/** The team's product that the path names; 404 for any other. */
export function findProduct(
  store: PriceStore,
  names: ScheduleNames,
  call: Call,
  id = idOf(call),
): ScheduledProduct {
  const found = store.scheduled(names.kind, id, call.key.team.name);
  if (found === undefined) throw noResource(names.product, id);
  return found;
}

export function productResource(call: Call, names: ScheduleNames, product: ScheduledProduct): Resource {
  const { id, name, productId } = product;
  if (names.kind === 'app') return appResource(call, appDetails({ id, name, bundleId: productId }));
  const self = originOf(call) + names.productPath.replace('{id}', id);
  const priced = product.baseTerritory !== undefined;
  return {
    type: names.product,
    id,
    attributes: {
      name,
      productId,
      inAppPurchaseType: 'NON_CONSUMABLE',
      state: priced ? 'APPROVED' : 'MISSING_METADATA',
      familySharable: false,
      contentHosting: false,
    },
    relationships: Object.fromEntries(
      [names.toSchedule, 'pricePoints'].map((relationship) => [relationship, linked(self, relationship)]),
    ),
    links: { self },
  };
}
