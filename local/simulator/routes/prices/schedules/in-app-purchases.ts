import type { PriceStore } from '../../../prices/price-store.ts';
import type { Route } from '../../../server/route.ts';
import { equalizationsRoute, productPointsRoute } from './points.ts';
import { productRoute } from './products.ts';
import { scheduleRoutes } from './schedules.ts';
import { inAppPurchaseNames as names } from './types.ts';
import { scheduleWriteRoute } from './writes.ts';

/** In-app purchases, their price points and schedules. */
export function inAppPurchaseRoutes(store: PriceStore): Route[] {
  return [
    productRoute(store, names),
    productPointsRoute(store, names, '/v2/inAppPurchases/{id}/pricePoints'),
    equalizationsRoute(store, names, '/v1/inAppPurchasePricePoints/{id}/equalizations', [
      'territory',
      'inAppPurchaseV2',
    ]),
    ...scheduleRoutes(store, names),
    scheduleWriteRoute(store, names),
  ];
}
