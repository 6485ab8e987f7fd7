import type { PriceShelf } from '../../prices/price-store.ts';
import type { Route } from '../../server/route.ts';
import { inAppPurchaseNames as names } from './schedule-types.ts';
import { scheduleWriteRoute } from './schedule-writes.ts';
import { equalizationsRoute, productPointsRoute } from './scheduled-points.ts';
import { productRoute } from './scheduled-products.ts';
import { scheduleRoutes } from './schedules.ts';

/** In-app purchases, their price points and schedules. */
export function inAppPurchaseRoutes(shelf: PriceShelf): Route[] {
  return [
    productRoute(shelf, names),
    productPointsRoute(shelf, names, '/v2/inAppPurchases/{id}/pricePoints'),
    equalizationsRoute(shelf, names, '/v1/inAppPurchasePricePoints/{id}/equalizations', [
      'territory',
      'inAppPurchaseV2',
    ]),
    ...scheduleRoutes(shelf, names),
    scheduleWriteRoute(shelf, names),
  ];
}
