import type { PriceStore } from '../../../prices/price-store.ts';
import type { Route } from '../../../server/route.ts';
import { equalizationsRoute, pointRoute, productPointsRoute } from './points.ts';
import { scheduleRoutes } from './schedules.ts';
import { appNames as names } from './types.ts';
import { scheduleWriteRoute } from './writes.ts';

/** Price points and schedules of apps. */
export function appPriceRoutes(store: PriceStore): Route[] {
  return [
    productPointsRoute(store, names, '/v1/apps/{id}/appPricePoints'),
    pointRoute(store, names, '/v3/appPricePoints/{id}'),
    equalizationsRoute(store, names, '/v3/appPricePoints/{id}/equalizations', ['territory']),
    ...scheduleRoutes(store, names),
    scheduleWriteRoute(store, names),
  ];
}
