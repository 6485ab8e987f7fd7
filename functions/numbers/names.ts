import { STOREFRONTS } from '../app-store-connect/resources/storefronts.ts';
import type { NumbersLake } from './answer.ts';
import type { By } from './measures.ts';

const COUNTRIES = new Map(STOREFRONTS.map(({ countryCode, name }) => [countryCode, name]));
const TERRITORIES = new Map(STOREFRONTS.map(({ territory, name }) => [territory, name]));

/** The name of a storefront by its three letters; the letters where Apple's list has none. */
export const territoryName = (territory: string): string => TERRITORIES.get(territory) ?? territory;

/** Where names of products are, newest last. */
const SOURCES: readonly (readonly [view: string, sql: string])[] = [
  [
    'subscription_summary_daily',
    `SELECT DISTINCT trim(cast(app_apple_id AS varchar)) AS id, trim(app_name) AS name FROM subscription_summary_daily`,
  ],
  [
    'subscription_lines',
    'SELECT DISTINCT subscription_id AS id, subscription_name AS name FROM subscription_lines',
  ],
  ['products', 'SELECT product_id AS id, name FROM products'],
];

/** Names of apps, in-app purchases and subscriptions by Apple ID, as reports tell them. */
export async function productNames({ ask, has }: NumbersLake): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [view, sql] of SOURCES) {
    if (!has(view)) continue;
    for (const { id, name } of await ask(
      `SELECT id, min(name) AS name FROM (${sql}) GROUP BY id ORDER BY id`,
    ))
      if (typeof id === 'string' && typeof name === 'string' && name !== '') names.set(id, name);
  }
  return names;
}

/** What people call a group. */
export function groupName(by: By, group: string, products: ReadonlyMap<string, string>): string {
  if (group === '') return by === 'app' ? 'app not known' : 'not told';
  if (by === 'country') return COUNTRIES.get(group) ?? group;
  return by === 'currency' ? group : (products.get(group) ?? group);
}
