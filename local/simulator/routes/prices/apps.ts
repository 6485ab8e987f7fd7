import type { PriceShelf } from '../../prices/price-store.ts';
import type { Route } from '../../server/route.ts';
import { appNames as names } from './schedule-types.ts';
import { scheduleWriteRoute } from './schedule-writes.ts';
import { equalizationsRoute, pointRoute, productPointsRoute } from './scheduled-points.ts';
import { productRoute } from './scheduled-products.ts';
import { scheduleRoutes } from './schedules.ts';

/** Apps, their price points and schedules. */
export function appRoutes(shelf: PriceShelf): Route[] {
  return [
    productRoute(shelf, names),
    productPointsRoute(shelf, names, '/v1/apps/{id}/appPricePoints'),
    pointRoute(shelf, names, '/v3/appPricePoints/{id}'),
    equalizationsRoute(shelf, names, '/v3/appPricePoints/{id}/equalizations', ['territory']),
    ...scheduleRoutes(shelf, names),
    scheduleWriteRoute(shelf, names),
  ];
}
