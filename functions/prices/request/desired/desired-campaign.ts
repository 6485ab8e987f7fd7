import { accepted, type Checked, rejected } from '../../../platform/validation/checked.ts';
import { readFileJson } from '../json-file.ts';
import type { Product, ProductKind } from '../product.ts';
import { type ProductRef, productRefOf } from '../product-ref.ts';
import { productSchema } from '../product-schemas.ts';
import { type DesiredWish, desiredRows, pricesOfRows, wishOf } from './desired-prices.ts';

// Desired prices of many products in one file. Each product is compared and corrected by itself, as if it had a file of
// its own.

/** What a file says of one of its products, named by Apple's number or by its own name. */
export type DesiredMember = { wish: DesiredWish } & (
  | { product: Product; ref?: undefined }
  | { product?: undefined; ref: ProductRef }
);

/** A campaign has no more either. */
const MAXIMUM_PRODUCTS = 100;

const OF_SUBSCRIPTIONS = ['preserveCurrentPrice', 'dropVolumeTiers'];
const OF_SCHEDULES = ['follow', 'baseTerritory'];

/** What is said of all products alike, without the fields that are for another kind of product. */
export function wishFor(kind: ProductKind, wish: DesiredWish): DesiredWish {
  const others = kind === 'subscription' ? OF_SCHEDULES : OF_SUBSCRIPTIONS;
  return Object.fromEntries(Object.entries(wish).filter(([name]) => !others.includes(name)));
}

/** The team of `desired/prices/<team>/campaigns/<name>.json` or `.csv`; `undefined` for a key of another form. */
export const desiredCampaignOf = (key: string): { key: string; team: string } | undefined => {
  const [, team] = /^desired\/prices\/([a-z0-9-]+)\/campaigns\/[^/]+\.(?:json|csv)$/i.exec(key) ?? [];
  return team === undefined ? undefined : { key, team };
};

/**
 * JSON holds `products` and one `change` for all of them, or `changes` with a product each; a change holds what a file of
 * one product does. CSV has the columns product_id, territory and price, and may have product_kind, product_plan and
 * currency.
 */
export function parseDesiredCampaign(key: string, text: string): Checked<DesiredMember[]> {
  const members = /\.csv$/i.test(key) ? csvMembers(key, text) : jsonMembers(key, text);
  if (members.kind === 'rejected') return members;
  const count = members.value.length;
  if (count === 0) return rejected(key, 'names no product');
  return count > MAXIMUM_PRODUCTS
    ? rejected(key, `names ${count} products; a file may name ${MAXIMUM_PRODUCTS}`)
    : members;
}

function csvMembers(key: string, text: string): Checked<DesiredMember[]> {
  const rows = desiredRows(key, text, ['product_id', 'product_kind', 'product_plan']);
  if (rows.kind === 'rejected') return rows;
  const byProduct = Map.groupBy(rows.value, ({ more }) => JSON.stringify(more));
  return collect(
    [...byProduct.values()].map((lines) => {
      const { product_id: id = '', product_kind: kind = '', product_plan: plan = '' } = lines[0]?.more ?? {};
      const prices = pricesOfRows(key, lines);
      return prices.kind === 'rejected'
        ? rejected(key, `product ${id}: ${prices.problems[0]?.message ?? ''}`)
        : memberOf(key, { id, ...(kind !== '' && { kind }), ...(plan !== '' && { plan }) }, prices.value);
    }),
  );
}

const FORM = 'must be a JSON object with products and change, or with changes';

function jsonMembers(key: string, text: string): Checked<DesiredMember[]> {
  const read = readFileJson(text.replace(/^\uFEFF/, ''));
  if (read.kind === 'rejected') return rejected(key, `cannot be read: it ${read.problems[0]?.message ?? ''}`);
  const json = read.value;
  if (!isRecord(json)) return rejected(key, FORM);
  const { products, change, changes, ...other } = json;
  const [unknown] = Object.keys(other);
  if (unknown !== undefined) return rejected(key, `"${unknown.slice(0, 40)}" is unknown; it ${FORM}`);
  if (Array.isArray(changes) && products === undefined && change === undefined)
    return collect(
      changes.map((each: unknown) => {
        if (!isRecord(each)) return rejected(key, 'each of changes must be a JSON object');
        const { product, ...wish } = each;
        return checkedMember(key, product, wish);
      }),
    );
  if (Array.isArray(products) && isRecord(change) && changes === undefined)
    return collect(products.map((product: unknown) => checkedMember(key, product, change)));
  return rejected(key, FORM);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkedMember(key: string, product: unknown, fields: DesiredWish): Checked<DesiredMember> {
  const wish = wishOf(key, fields);
  return wish.kind === 'rejected' ? wish : memberOf(key, product, wish.value);
}

function memberOf(key: string, product: unknown, wish: DesiredWish): Checked<DesiredMember> {
  const ref = productRefOf(product);
  if (ref !== undefined) return accepted({ ref, wish });
  const numbered = productSchema.safeParse(product);
  return numbered.success
    ? accepted({ product: numbered.data, wish })
    : rejected(
        key,
        `${JSON.stringify(product)?.slice(0, 80) ?? 'a line'} names no product; a product is a product ID, a bundle ID, or { "kind", "id" }`,
      );
}

/** All of them, or every problem. */
function collect<T>(checked: readonly Checked<T>[]): Checked<T[]> {
  const problems = checked.flatMap((each) => (each.kind === 'rejected' ? each.problems : []));
  return problems.length > 0
    ? { kind: 'rejected', problems }
    : accepted(checked.flatMap((each) => (each.kind === 'ok' ? [each.value] : [])));
}
