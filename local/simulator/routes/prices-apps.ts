import type { PriceShelf } from '../price-shelf.ts';
import type { Route } from '../route.ts';
import { appNames as names } from './prices-schedule-types.ts';
import { scheduleWriteRoute } from './prices-schedule-writes.ts';
import { equalizationsRoute, pointRoute, productPointsRoute } from './prices-scheduled-points.ts';
import { productRoute } from './prices-scheduled-products.ts';
import { scheduleRoutes } from './prices-schedules.ts';

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
