import { parse } from 'csv-parse/sync';
import type { Problem } from '../platform/errors.ts';
import { PRODUCT_KINDS, type Product, type ProductKind } from './product.ts';

/** Where desired prices lie: `desired/prices/<team>/<product kind>/<product id>.json` or `.csv`. */
export const DESIRED = 'desired/prices/';

/** A file of desired prices: whose they are and what a request for them would say. */
export type DesiredFile = { key: string; team: string; product: Product };

const isKind = (text: string): text is ProductKind => PRODUCT_KINDS.some((kind) => kind === text);

/** The team and product a file's name says; `undefined` for a name of another form. A plan follows the id: `644.MONTHLY.json`. */
export function desiredFileOf(key: string): DesiredFile | undefined {
  const match =
    /^desired\/prices\/([a-z0-9-]+)\/([A-Za-z]+)\/(\d+)(?:\.(UPFRONT|MONTHLY))?\.(?:json|csv)$/.exec(key);
  const [, team, kind, id, plan] = match ?? [];
  if (team === undefined || kind === undefined || id === undefined || !isKind(kind)) return undefined;
  const planType = plan === 'MONTHLY' || plan === 'UPFRONT' ? plan : undefined;
  return { key, team, product: { kind, id, ...(planType && { plan: planType }) } };
}

/**
 * What a file says of prices: JSON holds `prices`, `equalizeFrom` or `index` as a request does, and may hold
 * `preserveCurrentPrice`; CSV has the columns territory and price.
 */
export function parseDesired(
  key: string,
  text: string,
): { wish: Record<string, unknown> } | { problems: Problem[] } {
  const problem = (message: string) => ({ problems: [{ path: key, message }] });
  try {
    if (key.endsWith('.csv')) {
      const rows: Record<string, string>[] = parse(text, {
        columns: true,
        trim: true,
        bom: true,
        skip_empty_lines: true,
      });
      const prices = rows.map(({ territory, price }) => [territory ?? '', price ?? ''] as const);
      if (prices.length === 0) return problem('holds no line; its columns are territory and price');
      if (prices.some(([territory]) => territory === '')) {
        return problem('names no territory in some line; its columns are territory and price');
      }
      const names = prices.map(([territory]) => territory);
      const twice = names.find((name, index) => names.indexOf(name) < index);
      return twice === undefined
        ? { wish: { prices: Object.fromEntries(prices) } }
        : problem(`${twice} is priced twice`);
    }
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      return problem('must be a JSON object');
    const unknown = Object.keys(json).find(
      (name) => !['prices', 'equalizeFrom', 'index', 'preserveCurrentPrice'].includes(name),
    );
    if (unknown !== undefined) {
      return problem(
        `"${unknown}" is unknown; it holds prices, equalizeFrom or index, and perhaps preserveCurrentPrice`,
      );
    }
    return { wish: { ...json } };
  } catch (error) {
    return problem(`cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
