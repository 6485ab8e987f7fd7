import type { PriceStore } from '../../prices/price-store.ts';
import type { Route } from '../../server/route.ts';
import { appPriceRoutes } from './apps.ts';
import { inAppPurchaseRoutes } from './in-app-purchases.ts';
import { subscriptionPointRoutes } from './subscription-points.ts';
import { subscriptionWriteRoutes } from './subscription-writes.ts';
import { subscriptionRoutes } from './subscriptions.ts';
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
