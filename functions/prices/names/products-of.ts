import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { rejected } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import type { KnownProduct } from '../request/product.ts';
import type { ProductCatalogue } from './list-products.ts';

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
  const apps =
    wanted === undefined ? all : all.filter(({ id, productId }) => id === wanted || productId === wanted);
  if (apps.length === 0)
    return rejected('app', `"${wanted}" is none of the team's apps; there are ${namesOf(all)}`);
  const listed = new Map<string, Awaited<ReturnType<ProductCatalogue['productsOf']>>>();
  await forEachConcurrently(apps, READ_CONCURRENCY, async (app) => {
    listed.set(app.id, await catalogue.productsOf(app));
  });
  const products = apps.flatMap(({ id }) => listed.get(id) ?? []);
  const found = products.filter((one) => group === undefined || isSame(one.group, group));
  if (found.length > 0) return { kind: 'ok', value: found.map(({ product, label }) => ({ product, label })) };
  if (group === undefined) return rejected('app', `"${wanted}" has no subscription and no in-app purchase`);
  const groups = [...new Set(products.flatMap((one) => (one.group === undefined ? [] : [one.group])))];
  return rejected(
    'group',
    `Apple has no subscription group "${group}" that this team's key can see; there are ${groups.join(', ') || 'none'}`,
  );
}

const isSame = (name: string | undefined, group: string): boolean =>
  name?.trim().toLowerCase() === group.trim().toLowerCase();

const namesOf = (apps: readonly { id: string; productId: string }[]): string =>
  apps.length === 0 ? 'none' : apps.map(({ productId, id }) => productId || id).join(', ');
