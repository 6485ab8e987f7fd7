import { parse } from 'csv-parse/sync';
import { PRODUCT_KINDS } from '../../events/contract.ts';
import type { Problem } from '../../platform/errors.ts';
import { csvProblem } from './csv-problem.ts';
import { readFileJson } from './json-file.ts';
import type { Product, ProductKind } from './product.ts';

/** Where desired prices lie: `desired/prices/<team>/<product kind>/<product id>.json` or `.csv`. */
export const DESIRED = 'desired/prices/';

/** A file of desired prices: whose they are and what a request for them would say. */
export type DesiredFile = { key: string; team: string; product: Product };

const isKind = (text: string): text is ProductKind => PRODUCT_KINDS.some((kind) => kind === text);

/** The team and product a file's name says; `undefined` for a name of another form. A plan follows the id: `644.MONTHLY.json`. */
export function desiredFileOf(key: string): DesiredFile | undefined {
  const match =
    /^desired\/prices\/([a-z0-9-]+)\/([A-Za-z]+)\/(\d{1,20})(?:\.(UPFRONT|MONTHLY))?\.(?:json|csv)$/.exec(
      key,
    );
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
  const result = key.endsWith('.csv') ? parseCsv(text) : parseJson(text);
  return 'problem' in result ? { problems: [{ path: key, message: result.problem }] } : result;
}

type Parsed = { wish: Record<string, unknown> } | { problem: string };

function parseCsv(text: string): Parsed {
  let header: string[] = [];
  let rows: Record<string, string>[];
  try {
    rows = parse(text, {
      columns: (names: string[]) => {
        header = names;
        return names;
      },
      trim: true,
      bom: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    return { problem: `cannot be read: it ${csvProblem(error)}` };
  }
  const doubled = ['territory', 'price'].find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (doubled !== undefined) return { problem: `has the column ${doubled} twice; remove one` };
  const prices = rows.map(({ territory, price }) => [territory ?? '', price ?? ''] as const);
  if (prices.length === 0) return { problem: 'holds no line; its columns are territory and price' };
  if (prices.some(([territory]) => territory === ''))
    return { problem: 'names no territory in some line; its columns are territory and price' };
  const names = new Set<string>();
  for (const [name] of prices) {
    if (names.has(name)) return { problem: `${name.slice(0, 40)} is priced twice` };
    names.add(name);
  }
  return { wish: { prices: Object.fromEntries(prices) } };
}

const FIELDS = ['prices', 'equalizeFrom', 'index', 'preserveCurrentPrice'];

function parseJson(text: string): Parsed {
  const read = readFileJson(text.replace(/^\uFEFF/, ''));
  if ('problem' in read) return { problem: `cannot be read: it ${read.problem}` };
  const { json } = read;
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { problem: 'must be a JSON object' };
  const unknown = Object.keys(json).find((name) => !FIELDS.includes(name));
  return unknown === undefined
    ? { wish: { ...json } }
    : {
        problem: `"${unknown.slice(0, 40)}" is unknown; it holds prices, equalizeFrom or index, and perhaps preserveCurrentPrice`,
      };
}
