import type { PriceShelf } from '../price-shelf.ts';
import type { Route } from '../route.ts';
import { appRoutes } from './prices-apps.ts';
import { inAppPurchaseRoutes } from './prices-in-app-purchases.ts';
import { subscriptionPointRoutes } from './prices-subscription-points.ts';
import { subscriptionWriteRoutes } from './prices-subscription-writes.ts';
import { subscriptionRoutes } from './prices-subscriptions.ts';
import { territoryRoutes } from './prices-territories.ts';

/** Every resource of prices. */
export function priceRoutes(shelf: PriceShelf): Route[] {
  return [
    ...territoryRoutes,
    ...subscriptionRoutes(shelf),
    ...subscriptionPointRoutes(shelf),
    ...subscriptionWriteRoutes(shelf),
    ...inAppPurchaseRoutes(shelf),
    ...appRoutes(shelf),
  ];
}
