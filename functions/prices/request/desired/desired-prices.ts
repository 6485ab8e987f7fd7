import { PRODUCT_KINDS } from '../../../events/event-product.ts';
import { readCsv } from '../../../platform/files/csv-table.ts';
import { accepted, type Checked, rejected } from '../../../platform/validation/checked.ts';
import { readFileJson } from '../json-file.ts';
import type { Product, ProductKind } from '../product.ts';
import { isProductName, type ProductRef } from '../product-ref.ts';

/** Where desired prices lie: `desired/prices/<team>/<product kind>/<product id>.json` or `.csv`. */
export const DESIRED = 'desired/prices/';

/** A file of desired prices: whose they are, and of which product, by Apple's number or by its name. */
export type DesiredFile = { key: string; team: string } & (
  | { product: Product; ref?: undefined }
  | { product?: undefined; ref: ProductRef }
);

const isKind = (text: string): text is ProductKind => PRODUCT_KINDS.some((kind) => kind === text);

/**
 * The team and product a file's name says; `undefined` for a name of another form. A product ID or bundle ID needs no
 * folder of its kind: `desired/prices/acme/com.acme.pro.json`. A plan follows the id: `644.MONTHLY.json`.
 */
export function desiredFileOf(key: string): DesiredFile | undefined {
  const match =
    /^desired\/prices\/([a-z0-9-]+)\/(?:([A-Za-z]+)\/)?([A-Za-z0-9][A-Za-z0-9._-]*?)(?:\.(UPFRONT|MONTHLY))?\.(?:json|csv|JSON|CSV)$/.exec(
      key,
    );
  const [, team, kind, id, plan] = match ?? [];
  if (team === undefined || id === undefined || (kind !== undefined && !isKind(kind))) return undefined;
  const planned: Pick<Product, 'plan'> = plan === 'MONTHLY' || plan === 'UPFRONT' ? { plan } : {};
  if (isProductName(id)) return { key, team, ref: { name: id, ...(kind && { kind }), ...planned } };
  return kind === undefined || !/^\d{1,20}$/.test(id)
    ? undefined
    : { key, team, product: { kind, id, ...planned } };
}

/** What people and tools put beside price files: folder markers, hidden files such as `.gitkeep`, a README. */
export const isNoPriceFile = (key: string): boolean => /(^|\/)(\.[^/]*|readme(\.[a-z]+)?)?$/i.test(key);

/**
 * What a file says of prices: JSON holds `prices`, `equalizeFrom` or `index` as a request does, and may hold `follow`,
 * `baseTerritory`, `currencies` and `preserveCurrentPrice`; CSV has the columns territory and price, and may have
 * currency.
 */
export function parseDesired(key: string, text: string): Checked<DesiredWish> {
  return /\.csv$/i.test(key) ? parseCsv(key, text) : parseJson(key, text);
}

/** The part of a request that a file of desired prices holds. */
export type DesiredWish = Readonly<Record<string, unknown>>;

/** A line of a CSV file; `more`: the columns that were asked for besides, empty where the file has none of that name. */
export type DesiredRow = {
  territory: string;
  price: string;
  currency: string;
  more: Readonly<Record<string, string>>;
};

/** The lines of a CSV file of prices. The columns `besides` come with each line. */
export function desiredRows(key: string, text: string, besides: readonly string[]): Checked<DesiredRow[]> {
  const table = readCsv(text);
  if (table.kind === 'rejected')
    return rejected(key, `cannot be read: it ${table.problems[0]?.message ?? ''}`);
  const { header, rows } = table.value;
  const doubled = [...besides, 'territory', 'price', 'currency'].find(
    (name) => header.indexOf(name) !== header.lastIndexOf(name),
  );
  if (doubled !== undefined) return rejected(key, `has the column ${doubled} twice; remove one`);
  const uneven = rows.find(({ cells }) => cells.length !== header.length);
  if (uneven !== undefined)
    return rejected(
      key,
      `cannot be read: line ${uneven.line} has ${uneven.cells.length} fields, the header has ${header.length}`,
    );
  return accepted(
    rows.map(({ cells }) => {
      const cellOf = (name: string): string => cells[header.indexOf(name)] ?? '';
      return {
        territory: cellOf('territory'),
        price: cellOf('price'),
        currency: cellOf('currency'),
        more: Object.fromEntries(besides.map((name) => [name, cellOf(name)])),
      };
    }),
  );
}

function parseCsv(key: string, text: string): Checked<DesiredWish> {
  const rows = desiredRows(key, text, []);
  return rows.kind === 'rejected' ? rows : pricesOfRows(key, rows.value);
}

/** The prices, and the currencies as far as they are stated, that the lines of one product say. */
export function pricesOfRows(key: string, lines: readonly DesiredRow[]): Checked<DesiredWish> {
  if (lines.length === 0) return rejected(key, 'holds no line; its columns are territory and price');
  if (lines.some(({ territory }) => territory === ''))
    return rejected(key, 'names no territory in some line; its columns are territory and price');
  const names = new Set<string>();
  for (const { territory } of lines) {
    if (names.has(territory)) return rejected(key, `${territory.slice(0, 40)} is priced twice`);
    names.add(territory);
  }
  const currencies = lines.flatMap(({ territory, currency }) =>
    currency === '' ? [] : [[territory, currency]],
  );
  return accepted({
    prices: Object.fromEntries(lines.map(({ territory, price }) => [territory, price])),
    ...(currencies.length > 0 && { currencies: Object.fromEntries(currencies) }),
  });
}

const FIELDS = [
  'prices',
  'equalizeFrom',
  'index',
  'follow',
  'baseTerritory',
  'currencies',
  'preserveCurrentPrice',
  'dropVolumeTiers',
];

function parseJson(key: string, text: string): Checked<DesiredWish> {
  const read = readFileJson(text.replace(/^\uFEFF/, ''));
  if (read.kind === 'rejected') return rejected(key, `cannot be read: it ${read.problems[0]?.message ?? ''}`);
  const json = read.value;
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return rejected(key, 'must be a JSON object');
  return wishOf(key, { ...json });
}

/** The fields that a file may say of a product; another one is refused by name. */
export function wishOf(key: string, fields: DesiredWish): Checked<DesiredWish> {
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  return unknown === undefined
    ? accepted(fields)
    : rejected(
        key,
        `"${unknown.slice(0, 40)}" is unknown; it holds prices, equalizeFrom or index, and perhaps ${FIELDS.slice(3).join(', ')}`,
      );
}
