import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { accepted, type Checked, rejected } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import type { PriceList } from '../plan/price-list.ts';
import type { PriceState } from '../plan/price-state.ts';
import type { KnownProduct, Product } from '../request/product.ts';

type AppEntry = { id: string; name: string; productId: string };
type ProductEntry = KnownProduct & { group?: string };

/** The apps of a team and their products, as Apple lists them. */
export type ProductCatalogue = {
  apps(): Promise<AppEntry[]>;
  productsOf(app: AppEntry): Promise<ProductEntry[]>;
};

/** What a new customer pays now. `null`: it has no price. */
export type PresentPrice = { territory: string; price: string; currency: string | null } | null;

export type PricedEntry = ProductEntry & { price: PresentPrice };

export type ProductListing = {
  apps: AppEntry[];
  /** The products of one app, itself first, as far as the time allowed. */
  products: PricedEntry[];
  /** The index of the first product that was not reached. */
  next?: number;
};

export type ListRequest = { team: string; app?: string | undefined; from?: number | undefined };

const READ_CONCURRENCY = 4;
/** So many are priced between two looks at the clock. */
const GROUP = 8;
const SPARE_MILLIS = 10_000;

/**
 * The apps of a team; with an app (number or bundle ID) also its products with present prices. A long list is asked for
 * in parts.
 *
 * @throws AppStoreConnectError, JobError of the key's secret
 */
export async function listProducts(
  deps: {
    catalogue(team: string): ProductCatalogue;
    priceList(team: string, product: Product): Pick<PriceList, 'read'>;
    remainingMillis(): number;
  },
  { team, app: wanted, from = 0 }: ListRequest,
): Promise<Outcome<ProductListing>> {
  const catalogue = deps.catalogue(team);
  const apps = await catalogue.apps();
  if (wanted === undefined) return accepted({ apps, products: [] });
  const found = appNamed(apps, wanted);
  if (found.kind === 'rejected') return found;
  const { id, name, productId } = found.value;
  const all: ProductEntry[] = [
    { product: { kind: 'app', id }, label: { name, productId } },
    ...(await catalogue.productsOf(found.value)),
  ];
  const products: PricedEntry[] = [];
  let next = from;
  while (next < all.length && (next === from || deps.remainingMillis() > SPARE_MILLIS)) {
    const group = all.slice(next, next + GROUP);
    const prices = new Map<ProductEntry, PresentPrice>();
    await forEachConcurrently(group, READ_CONCURRENCY, async (entry) => {
      prices.set(entry, presentPrice(await deps.priceList(team, entry.product).read()));
    });
    products.push(...group.map((entry) => ({ ...entry, price: prices.get(entry) ?? null })));
    next += group.length;
  }
  return accepted({ apps, products, ...(next < all.length && { next }) });
}

/** The app of a number or bundle ID. */
export function appNamed(apps: readonly AppEntry[], wanted: string): Checked<AppEntry> {
  const app = apps.find(({ id, productId }) => id === wanted || productId === wanted);
  return app === undefined
    ? rejected('app', `"${wanted}" is none of the team's apps; there are ${namesOf(apps)}`)
    : accepted(app);
}

const namesOf = (apps: readonly AppEntry[]): string =>
  apps.length === 0 ? 'none' : apps.map(({ productId, id }) => productId || id).join(', ');

/** In the base territory, else in the USA, else in the first territory that has a price. */
function presentPrice({ baseTerritory, territories }: PriceState): PresentPrice {
  const names = [baseTerritory, 'USA', ...[...territories.keys()].toSorted()];
  for (const territory of names) {
    const found = territory === undefined ? undefined : territories.get(territory);
    if (territory !== undefined && found?.present !== undefined)
      return { territory, price: found.present.customerPrice, currency: found.currency ?? null };
  }
  return null;
}
