import type { PriceStore } from '../../prices/price-store.ts';
import type { Route } from '../../server/route.ts';
import { appPriceRoutes } from './schedules/apps.ts';
import { inAppPurchaseRoutes } from './schedules/in-app-purchases.ts';
import { subscriptionPointRoutes } from './subscriptions/points.ts';
import { subscriptionRoutes } from './subscriptions/subscriptions.ts';
import { subscriptionWriteRoutes } from './subscriptions/writes.ts';
import { territoryRoutes } from './territories.ts';

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
