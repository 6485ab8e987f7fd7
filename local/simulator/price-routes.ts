import type { PriceStore } from './prices/price-store.ts';
import { availabilityRoutes } from './routes/catalogue/availability.ts';
import { catalogueRoutes } from './routes/catalogue/products.ts';
import { appPriceRoutes } from './routes/prices/schedules/apps.ts';
import { inAppPurchaseRoutes } from './routes/prices/schedules/in-app-purchases.ts';
import { introductoryOfferRoutes } from './routes/prices/subscriptions/introductory-offers.ts';
import { offerRoutes } from './routes/prices/subscriptions/offers.ts';
import { subscriptionPointRoutes } from './routes/prices/subscriptions/points.ts';
import { subscriptionRoutes } from './routes/prices/subscriptions/subscriptions.ts';
import { subscriptionWriteRoutes } from './routes/prices/subscriptions/writes.ts';
import { territoryRoutes } from './routes/prices/territories.ts';
import type { Route } from './server/route.ts';

/** Every resource of prices. */
export function priceRoutes(store: PriceStore): Route[] {
  return [
    ...territoryRoutes,
    ...catalogueRoutes(store),
    ...availabilityRoutes(store),
    ...offerRoutes(store),
    ...introductoryOfferRoutes(store),
    ...subscriptionRoutes(store),
    ...subscriptionPointRoutes(store),
    ...subscriptionWriteRoutes(store),
    ...inAppPurchaseRoutes(store),
    ...appPriceRoutes(store),
  ];
}
