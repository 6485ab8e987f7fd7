import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import {
  type ListedProduct,
  listApps,
  listInAppPurchases,
  listSubscriptions,
} from '../../app-store-connect/resources/products.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import type { KnownProduct, ProductKind, ProductLabel } from '../request/product.ts';

/** An app by its number and names. */
export type ListedApp = { id: string } & ProductLabel;

/** A product with the subscription group that it belongs to. */
export type ProductOfApp = KnownProduct & { group?: string };

const READ_CONCURRENCY = 4;
/** Suggestions are worth a few requests, not hundreds. */
const MAXIMUM_APPS_FOR_NAMES = 3;

/** The products of one key, as Apple lists them. There is no list over apps: each is asked for its own. */
export function createProductDirectory(client: AppStoreConnectClient) {
  const apps = async (): Promise<ListedApp[]> =>
    (await listApps(client)).map((listed) => ({ id: listed.id, ...labelOf(listed) }));

  /** Subscriptions and in-app purchases of an app. */
  const productsOf = async ({ id }: { id: string }, kind?: ProductKind): Promise<ProductOfApp[]> => {
    const subscriptions = kind === 'inAppPurchase' ? [] : await listSubscriptions(client, id);
    const purchases = kind === 'subscription' ? [] : await listInAppPurchases(client, id);
    return [...subscriptions, ...purchases].map(knownProduct);
  };

  return {
    apps,
    productsOf,
    named: async (name: string, kind: ProductKind | undefined): Promise<KnownProduct[]> => {
      const all = await apps();
      const found: KnownProduct[] = all
        .filter(({ productId }) => productId === name && (kind === undefined || kind === 'app'))
        .map(({ id, ...label }) => ({ product: { kind: 'app', id }, label }));
      if (found.length > 0 || kind === 'app') return found;
      await forEachConcurrently(all, READ_CONCURRENCY, async (app) => {
        const products = await productsOf(app, kind);
        found.push(...products.filter(({ label }) => label.productId === name));
      });
      return found.map(({ product, label }) => ({ product, label }));
    },
    someNames: async (): Promise<string[]> => {
      const names: string[] = [];
      for (const app of (await apps()).slice(0, MAXIMUM_APPS_FOR_NAMES)) {
        const products = await productsOf(app);
        names.push(app.productId, ...products.map(({ label }) => label.productId));
      }
      return names;
    },
  };
}

const labelOf = ({ name = '', productId = '' }: ListedProduct): ProductLabel => ({ name, productId });

const knownProduct = (listed: ListedProduct): ProductOfApp => ({
  product: { kind: listed.kind, id: listed.id },
  label: labelOf(listed),
  ...(listed.group !== undefined && { group: listed.group }),
});
