import { closestMatches } from '../../platform/util/closest-matches.ts';
import { accepted, rejected } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import { type KnownProduct, type ProductKind, productName } from '../request/product.ts';
import type { ProductRef } from '../request/product-ref.ts';
import type { ProductNames } from '../store/kept/product-names.ts';

/** Finds the product that a team means by a product ID or bundle ID. */
export type FindProduct = (team: string, ref: ProductRef) => Promise<Outcome<KnownProduct>>;

/** Products as Apple lists them, with one team's key. Throws AppStoreConnectError, JobError of the key's secret. */
export type ProductDirectory = {
  /** Every product of this name; as a rule one. `kind`: only of this kind. */
  named(name: string, kind: ProductKind | undefined): Promise<KnownProduct[]>;
  /** The names of some products, for suggestions. */
  someNames(): Promise<string[]>;
};

/** Looks into what is known first: a name that was found once needs no request to Apple any more. */
export const rememberingProducts =
  (names: Pick<ProductNames, 'read'>, search: FindProduct): FindProduct =>
  async (team, ref) => {
    const known = await names.read(team, ref.name);
    if (known === undefined) return search(team, ref);
    return asAskedFor(ref, known);
  };

/** Asks Apple, and keeps what it says. */
export const searchingApple =
  (names: Pick<ProductNames, 'write'>, directory: (team: string) => ProductDirectory): FindProduct =>
  async (team, ref) => {
    const { name, kind } = ref;
    const apple = directory(team);
    const found = await apple.named(name, kind);
    const [only, second] = found;
    if (only === undefined) return unknownName(name, await apple.someNames());
    if (second !== undefined)
      return rejected(
        'product',
        `"${name}" names ${found.map(({ product }) => `the ${productName(product)}`).join(' and ')}; say which by "kind"`,
      );
    await names.write(team, name, only);
    return asAskedFor(ref, only);
  };

function asAskedFor(
  { name, kind, plan }: ProductRef,
  { product, label }: KnownProduct,
): Outcome<KnownProduct> {
  if (kind !== undefined && kind !== product.kind)
    return rejected('product.kind', `"${name}" is the ${productName(product, label)}, not of kind ${kind}`);
  return accepted({ product: { ...product, ...(plan !== undefined && { plan }) }, label });
}

function unknownName(name: string, names: readonly string[]): Outcome<never> {
  const closest = closestMatches(name, names);
  const hint = closest.length === 0 ? '' : `; nearest: ${closest.join(', ')}`;
  return rejected(
    'product',
    `Apple has no app, subscription or in-app purchase "${name}" that this team's key can see${hint}. See: asc-jobs products`,
  );
}
