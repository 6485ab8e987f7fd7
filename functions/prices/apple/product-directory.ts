import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import {
  type ListedProduct,
  readApps,
  readInAppPurchasesOf,
  readSubscriptionGroups,
  readSubscriptionsOf,
} from '../../app-store-connect/resources/products.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import type { KnownProduct, ProductKind } from '../request/product.ts';

/** A product with the app and the subscription group that it belongs to. */
export type ProductOfApp = KnownProduct & { app: ListedProduct; group?: string };

const READ_CONCURRENCY = 4;

/** The products of one key, as Apple lists them. There is no list over apps: each is asked for its own. */
export function createProductDirectory(client: AppStoreConnectClient) {
  /** Subscriptions and in-app purchases of an app, all or those with a product ID. */
  const productsOf = async (
    app: ListedProduct,
    kind: ProductKind | undefined,
    productId?: string,
  ): Promise<ProductOfApp[]> => {
    const found: ProductOfApp[] = [];
    if (kind !== 'inAppPurchase') {
      for (const group of await readSubscriptionGroups(client, app.id)) {
        const subscriptions = await readSubscriptionsOf(client, group.id, productId);
        found.push(
          ...subscriptions.map((listed) => ({ ...known('subscription', listed), app, group: group.name })),
        );
      }
    }
    if (kind !== 'subscription') {
      const purchases = await readInAppPurchasesOf(client, app.id, productId);
      found.push(...purchases.map((listed) => ({ ...known('inAppPurchase', listed), app })));
    }
    return found;
  };

  return {
    named: async (name: string, kind: ProductKind | undefined): Promise<KnownProduct[]> => {
      const apps = kind === undefined || kind === 'app' ? await readApps(client, name) : [];
      if (apps.length > 0 || kind === 'app') return apps.map((listed) => known('app', listed));
      const found: KnownProduct[] = [];
      await forEachConcurrently(await readApps(client), READ_CONCURRENCY, async (app) => {
        found.push(...(await productsOf(app, kind, name)));
      });
      return found;
    },
    someNames: async (): Promise<string[]> => {
      const names: string[] = [];
      for (const app of (await readApps(client)).slice(0, MOST_APPS_FOR_NAMES)) {
        const products = await productsOf(app, undefined);
        names.push(app.productId, ...products.map(({ label }) => label.productId));
      }
      return names;
    },
    apps: (): Promise<ListedProduct[]> => readApps(client),
    productsOf: (app: ListedProduct): Promise<ProductOfApp[]> => productsOf(app, undefined),
  };
}

/** Suggestions are worth a few requests, not hundreds. */
const MOST_APPS_FOR_NAMES = 3;

const known = (kind: ProductKind, { id, name, productId }: ListedProduct): KnownProduct => ({
  product: { kind, id },
  label: { name, productId },
});
