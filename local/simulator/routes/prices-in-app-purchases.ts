import type { PriceShelf } from '../price-shelf.ts';
import type { Route } from '../route.ts';
import { inAppPurchaseNames as names } from './prices-schedule-types.ts';
import { scheduleWriteRoute } from './prices-schedule-writes.ts';
import { equalizationsRoute, productPointsRoute } from './prices-scheduled-points.ts';
import { productRoute } from './prices-scheduled-products.ts';
import { scheduleRoutes } from './prices-schedules.ts';

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
