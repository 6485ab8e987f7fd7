import type { PriceStore } from '../prices/price-store.ts';
import type { Route } from '../server/route.ts';
import { appPriceRoutes } from './prices/schedules/apps.ts';
import { inAppPurchaseRoutes } from './prices/schedules/in-app-purchases.ts';
import { subscriptionPointRoutes } from './prices/subscriptions/points.ts';
import { subscriptionRoutes } from './prices/subscriptions/subscriptions.ts';
import { subscriptionWriteRoutes } from './prices/subscriptions/writes.ts';
import { territoryRoutes } from './prices/territories.ts';

/** Every resource of prices. */
export function priceRoutes(store: PriceStore): Route[] {
  return [
    ...territoryRoutes,
    ...subscriptionRoutes(store),
    ...subscriptionPointRoutes(store),
    ...subscriptionWriteRoutes(store),
    ...inAppPurchaseRoutes(store),
    ...appPriceRoutes(store),
  ];
}
