import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { accepted, rejected } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import type { KnownProduct } from '../request/product.ts';
import { appNamed, type ProductCatalogue } from './list-products.ts';

/** All products of an app, all subscriptions of a group, or both: those of a group of an app. */
export type ProductSelection = { team: string; app?: string | undefined; group?: string | undefined };

export type FindProducts = (selection: ProductSelection) => Promise<Outcome<readonly KnownProduct[]>>;

const READ_CONCURRENCY = 4;

/**
 * Subscriptions and in-app purchases of an app (number or bundle ID), or the subscriptions of a group by its reference
 * name. The app's own price is not among them.
 *
 * @throws AppStoreConnectError, JobError of the key's secret
 */
export async function productsOf(
  catalogue: ProductCatalogue,
  { app: wanted, group }: ProductSelection,
): Promise<Outcome<readonly KnownProduct[]>> {
  const all = await catalogue.apps();
  const app = wanted === undefined ? undefined : appNamed(all, wanted);
  if (app?.kind === 'rejected') return app;
  const apps = app === undefined ? all : [app.value];
  const listed = new Map<string, Awaited<ReturnType<ProductCatalogue['productsOf']>>>();
  await forEachConcurrently(apps, READ_CONCURRENCY, async (app) => {
    listed.set(app.id, await catalogue.productsOf(app));
  });
  const products = apps.flatMap(({ id }) => listed.get(id) ?? []);
  const found = products.filter((product) => group === undefined || isSame(product.group, group));
  if (found.length > 0) return accepted(found.map(({ product, label }) => ({ product, label })));
  if (group === undefined) return rejected('app', `"${wanted}" has no subscription and no in-app purchase`);
  const groups = [...new Set(products.flatMap((product) => product.group ?? []))];
  return rejected(
    'group',
    `Apple has no subscription group "${group}" that this team's key can see; there are ${groups.join(', ') || 'none'}`,
  );
}

const isSame = (name: string | undefined, group: string): boolean =>
  name?.trim().toLowerCase() === group.trim().toLowerCase();
