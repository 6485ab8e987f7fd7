import { illegalParameter, invalidParameter, missingParameter, notPlayed } from '../../rules/apple-error.ts';
import { opaqueId } from '../../rules/opaque-id.ts';
import type { Call } from '../../server/route.ts';

/** What a resource takes in its query. */
export type QueryRule = {
  filters?: readonly string[];
  include?: readonly string[];
  /** Types whose `fields[…]` may be chosen. */
  fields?: readonly string[];
  /** Largest page; a resource without is not a list. */
  maxLimit?: number;
  /** The names that `sort` takes, without their sign. */
  sort?: readonly string[];
  /** Parameters and relationships of `include` that Apple has and the simulator does not play: they draw 501. */
  notPlayed?: { parameters?: readonly (string | RegExp)[]; include?: readonly string[] };
  /** Limits of included lists, such as `manualPrices`; Apple's largest is 50. */
  includedLimits?: readonly string[];
};

export type ReadQuery = {
  /** The values of a filter; `undefined` if it was not given. */
  filter(name: string): readonly string[] | undefined;
  includes(name: string): boolean;
  /** What `sort` names, first things first. */
  sort: readonly { name: string; descending: boolean }[];
  fields: ReadonlyMap<string, ReadonlySet<string>>;
  limit: number;
  offset: number;
  /** How many of an included list are told. Default 10, as at Apple. */
  includedLimit(name: string): number;
};

const DEFAULT_PAGE = 50;
const LARGEST_INCLUDED = 50;
const DEFAULT_INCLUDED = 10;

/** Reads a query by the rule of its resource. Everything wrong with it is a 400 that names the parameter. */
export function readQuery({ query }: Pick<Call, 'query'>, rule: QueryRule): ReadQuery {
  const lists = (rule.includedLimits ?? []).map((name) => `limit[${name}]`);
  refuseUnknownParameters(query, rule, lists);
  const include = readInclude(query, rule);
  for (const name of lists) readLimit(query, name, LARGEST_INCLUDED, DEFAULT_INCLUDED);
  return {
    filter: (name) => valuesOf(query, `filter[${name}]`),
    includes: (name) => include.includes(name),
    sort: readSort(query, rule.sort ?? []),
    fields: new Map(
      (rule.fields ?? []).flatMap((type) => {
        const chosen = valuesOf(query, `fields[${type}]`);
        return chosen === undefined ? [] : [[type, new Set(chosen)] as const];
      }),
    ),
    limit: readLimit(query, 'limit', rule.maxLimit ?? DEFAULT_PAGE, DEFAULT_PAGE),
    offset: readCursor(query.get('cursor')),
    includedLimit: (name) => readLimit(query, `limit[${name}]`, LARGEST_INCLUDED, DEFAULT_INCLUDED),
  };
}

/** The values of a filter that has to be there. */
export function requiredFilter(query: ReadQuery, name: string): readonly string[] {
  const values = query.filter(name);
  if (values === undefined || values.length === 0) throw missingParameter(`filter[${name}]`);
  return values;
}

export const cursorAt = (offset: number): string => opaqueId({ offset });

function valuesOf(query: URLSearchParams, name: string): readonly string[] | undefined {
  const all = query.getAll(name);
  return all.length === 0 ? undefined : all.flatMap((text) => text.split(',')).filter((text) => text !== '');
}

function refuseUnknownParameters(query: URLSearchParams, rule: QueryRule, lists: readonly string[]): void {
  const names = [
    ...(rule.filters ?? []).map((name) => `filter[${name}]`),
    ...(rule.fields ?? []).map((type) => `fields[${type}]`),
    ...(rule.include === undefined ? [] : ['include']),
    ...(rule.maxLimit === undefined ? [] : ['limit', 'cursor']),
    ...(rule.sort === undefined ? [] : ['sort']),
    ...lists,
  ];
  for (const name of query.keys()) {
    if (names.includes(name)) continue;
    if (isNotPlayed(rule, name)) throw notPlayed(`the parameter '${name}' of this resource`);
    throw illegalParameter(name);
  }
}

function readInclude(query: URLSearchParams, rule: QueryRule): readonly string[] {
  const include = valuesOf(query, 'include') ?? [];
  for (const name of include) {
    if (rule.notPlayed?.include?.includes(name)) throw notPlayed(`include=${name} of this resource`);
    if (!rule.include?.includes(name))
      throw invalidParameter('include', `'${name}' is not a valid relationship name`);
  }
  return include;
}

const isNotPlayed = ({ notPlayed: known }: QueryRule, name: string): boolean =>
  known?.parameters?.some((one) => (typeof one === 'string' ? one === name : one.test(name))) ?? false;

function readSort(query: URLSearchParams, allowed: readonly string[]): ReadQuery['sort'] {
  return (valuesOf(query, 'sort') ?? []).map((text) => {
    const name = text.replace(/^-/, '');
    if (!allowed.includes(name)) throw invalidParameter('sort', `'${text}' is not a valid sort value`);
    return { name, descending: text.startsWith('-') };
  });
}

function readLimit(query: URLSearchParams, name: string, largest: number, usual: number): number {
  const text = query.get(name);
  if (text === null) return Math.min(usual, largest);
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= largest) return limit;
  throw invalidParameter(name, `${text} is not a valid limit value, must be between 1 and ${largest}.`);
}

function readCursor(text: string | null): number {
  if (text === null) return 0;
  const digits = /^\{"offset":(\d{1,9})\}$/.exec(Buffer.from(text, 'base64url').toString('utf8'))?.[1];
  if (digits === undefined)
    throw invalidParameter('cursor', `'${text}' is not a valid cursor for this request`);
  return Number(digits);
}
