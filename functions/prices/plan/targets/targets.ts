import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import type { Problem } from '../../../platform/errors.ts';
import { closestMatches } from '../../../platform/util/closest-matches.ts';
import {
  canonicalDecimal,
  compareDecimals,
  decimalsNeeded,
  multiplyDecimals,
} from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { PriceList } from '../price-list.ts';
import type { PriceState } from '../price-state.ts';
import { inReads, noPointBeyond, offeredPoints } from './offered-points.ts';
import { percentTargets } from './percent-targets.ts';
import { roundToPoint } from './rounding.ts';

/** The price point that each territory should have, and what could not be found. */
export type Targets = { points: ReadonlyMap<string, PricePoint>; problems: Problem[] };

/** For more territories than this, Apple's equal prices of one of them are likely to answer for most others. */
const WORTH_EQUALIZING = 10;

/**
 * The territory whose price points {@link resolveTargets} looks up first, unless its price is in use already; none where
 * that cannot be said before the prices are known. One only: a page of several is long.
 */
export function likelyLookUps({
  prices,
  equalizeFrom,
  index,
}: Pick<PriceRequest, 'prices' | 'equalizeFrom' | 'index'>): readonly string[] {
  const base = equalizeFrom ?? index;
  if (base !== undefined) return [base.territory];
  const territories = Object.keys(prices ?? {});
  if (territories.length > WORTH_EQUALIZING) return [baseOf(territories)];
  return territories.length === 1 ? territories : [];
}

/** Of many territories the one whose equal prices are asked for. */
const baseOf = (territories: readonly string[]): string =>
  territories.includes('USA') ? 'USA' : (territories[0] ?? 'USA');

/**
 * Finds the price points a request means. Prices that are in use already are known from the state; the rest is
 * looked up in as few reads as its kind of request allows.
 */
export function resolveTargets(
  priceList: PriceList,
  state: PriceState,
  request: PriceRequest,
): Promise<Targets> {
  if (request.prices !== undefined) return explicitTargets(priceList, state, request.prices, 'prices');
  if (request.equalizeFrom !== undefined) return equalizedTargets(priceList, state, request.equalizeFrom);
  if (request.index !== undefined) return indexedTargets(priceList, state, request.index);
  if (request.percent !== undefined) return percentTargets(priceList, state, request.percent);
  return Promise.resolve({ points: new Map(), problems: [] });
}

type Found = Targets & { unknown: ReadonlyMap<string, string> };

async function explicitTargets(
  priceList: PriceList,
  state: PriceState,
  prices: Readonly<Record<string, string>>,
  path: string,
): Promise<Found> {
  const search = new PointSearch(priceList, prices);
  search.take(pointsInUse(state));
  const unknown = await unknownTerritories(priceList, state, search.open());
  const left = () => search.open().filter((territory) => !unknown.has(territory));
  if (left().length > WORTH_EQUALIZING) await search.lookUpEqual(left());
  await search.lookUp(left().filter((territory) => !search.hasSeen(territory)));
  // What was kept may be too old to have the price.
  await search.lookUpFresh(left());
  const problems = search.open().map((territory) => ({
    path: `${path}.${territory}`,
    message: unknown.get(territory) ?? notAPoint(prices[territory] ?? '', territory, search.seen(territory)),
  }));
  return { points: search.points, problems, unknown };
}

/** Looks for the price points with some prices, in as few reads as it can. */
class PointSearch {
  readonly points = new Map<string, PricePoint>();
  readonly #priceList: PriceList;
  readonly #prices: Readonly<Record<string, string>>;
  /** Every price point that was read, by territory. */
  readonly #seen = new Map<string, PricePoint[]>();

  constructor(priceList: PriceList, prices: Readonly<Record<string, string>>) {
    this.#priceList = priceList;
    this.#prices = prices;
  }

  /** Territories whose price point was not found yet. */
  open(): string[] {
    return Object.keys(this.#prices).filter((territory) => !this.points.has(territory));
  }

  seen(territory: string): readonly PricePoint[] {
    return this.#seen.get(territory) ?? [];
  }

  hasSeen(territory: string): boolean {
    return this.#seen.has(territory);
  }

  take(candidates: readonly PricePoint[]): void {
    for (const point of candidates) {
      const requestedPrice = this.#prices[point.territory];
      if (requestedPrice !== undefined && compareDecimals(requestedPrice, point.customerPrice) === 0)
        this.points.set(point.territory, point);
    }
  }

  async lookUp(territories: readonly string[]): Promise<void> {
    for (const batch of inReads(territories)) this.#keep(await this.#priceList.pricePoints(batch), batch);
  }

  async lookUpFresh(territories: readonly string[]): Promise<void> {
    const { freshPricePoints } = this.#priceList;
    if (freshPricePoints === undefined) return;
    for (const batch of inReads(territories)) {
      for (const territory of batch) this.#seen.delete(territory);
      this.#keep(await freshPricePoints(batch), batch);
    }
  }

  /** Apple's equal prices of one territory answer for most others in one read. */
  async lookUpEqual(territories: readonly string[]): Promise<void> {
    const base = baseOf(territories);
    await this.lookUp([base]);
    const point = this.points.get(base);
    if (point !== undefined) this.take(await this.#priceList.equalizations(point.id));
  }

  #keep(points: readonly PricePoint[], territories: readonly string[]): void {
    for (const point of points) {
      const others = this.#seen.get(point.territory);
      if (others === undefined) this.#seen.set(point.territory, [point]);
      else others.push(point);
    }
    this.take(territories.flatMap((territory) => this.seen(territory)));
  }
}

const pointsInUse = ({ territories }: PriceState): PricePoint[] =>
  [...territories.values()].flatMap(({ present, scheduled }) => [
    ...(present === undefined ? [] : [present]),
    ...scheduled.map(({ point }) => point),
  ]);

/** Which territories Apple does not have, each with what to do. Asks only if the state does not know them all. */
async function unknownTerritories(
  priceList: PriceList,
  state: PriceState,
  territories: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const foreign = territories.filter((territory) => !state.territories.has(territory));
  if (foreign.length === 0) return new Map();
  const all = await priceList.territories();
  return new Map(
    foreign
      .filter((territory) => !all.has(territory))
      .map((territory) => [
        territory,
        `is not one of Apple's ${all.size} territories; nearest: ${closestMatches(territory, all.keys()).join(', ')}`,
      ]),
  );
}

/** Why a price is none of the territory's price points: the two neighbours, or the wrong decimals. */
function notAPoint(requestedPrice: string, territory: string, points: readonly PricePoint[]): string {
  if (points.length === 0) return `Apple offers no price points in ${territory} for this product`;
  const ordered = points.map(({ customerPrice }) => customerPrice).toSorted((a, b) => compareDecimals(a, b));
  const below = ordered.filter((price) => compareDecimals(price, requestedPrice) < 0).at(-1);
  const above = ordered.find((price) => compareDecimals(price, requestedPrice) > 0);
  const neighbours = [below, above].filter((price) => price !== undefined);
  const mostDecimals = Math.max(...ordered.map(decimalsNeeded));
  const decimals =
    decimalsNeeded(requestedPrice) > mostDecimals
      ? `prices in ${territory} have ${mostDecimals === 0 ? 'no' : mostDecimals} decimal${mostDecimals === 1 ? '' : 's'}; `
      : '';
  return `${requestedPrice} is not one of Apple's prices in ${territory}: ${decimals}the nearest ${neighbours.length === 1 ? 'is' : 'are'} ${neighbours.join(' and ')}`;
}

type Base = { territory: string; price: string };

/** The base's own point, and Apple's equal prices everywhere else. */
async function equalPoints(
  priceList: PriceList,
  state: PriceState,
  base: Base,
  path: string,
): Promise<Targets> {
  const found = await explicitTargets(priceList, state, { [base.territory]: base.price }, path);
  const point = found.points.get(base.territory);
  if (point === undefined) {
    return {
      points: new Map(),
      problems: found.problems.map(({ message }) => ({
        path: `${path}.${found.unknown.has(base.territory) ? 'territory' : 'price'}`,
        message,
      })),
    };
  }
  const equal = await priceList.equalizations(point.id);
  return {
    points: new Map([...equal, point].map((each) => [each.territory, each])),
    problems: [],
  };
}

async function equalizedTargets(
  priceList: PriceList,
  state: PriceState,
  { territory, price, except, overrides }: NonNullable<PriceRequest['equalizeFrom']>,
): Promise<Targets> {
  const equal = await equalPoints(priceList, state, { territory, price }, 'equalizeFrom');
  const overridden = await explicitTargets(priceList, state, overrides, 'equalizeFrom.overrides');
  const points = new Map([...equal.points, ...overridden.points]);
  for (const name of except) points.delete(name);
  // A misspelt exception would change the very price that was to stay.
  const foreign = except.filter((name) => !equal.points.has(name));
  const unknown = await unknownTerritories(priceList, state, foreign);
  const problems = [
    ...equal.problems,
    ...overridden.problems,
    ...except.flatMap((name, index) => {
      const message = unknown.get(name);
      return message === undefined ? [] : [{ path: `equalizeFrom.except.${index}`, message }];
    }),
  ];
  return { points, problems };
}

async function indexedTargets(
  priceList: PriceList,
  state: PriceState,
  { territory, price, factors, rounding, endings }: NonNullable<PriceRequest['index']>,
): Promise<Targets> {
  const equal = await equalPoints(priceList, state, { territory, price }, 'index');
  const named = Object.keys(factors);
  const foreign = named.filter((name) => !equal.points.has(name));
  const unknown = await unknownTerritories(priceList, state, foreign);
  const problems: Problem[] = [
    ...equal.problems,
    ...[...unknown].map(([name, message]) => ({ path: `index.factors.${name}`, message })),
  ];
  if (equal.problems.length > 0) return { points: equal.points, problems };
  const points = new Map(equal.points);
  const offered = await offeredPoints(
    priceList,
    named.filter((name) => points.has(name)),
  );
  for (const [name, factor] of Object.entries(factors)) {
    const equalPoint = equal.points.get(name);
    if (unknown.has(name)) continue;
    if (equalPoint === undefined) {
      problems.push({
        path: `index.factors.${name}`,
        message: `Apple offers no price points in ${name} for this product`,
      });
      continue;
    }
    const ideal = multiplyDecimals(canonicalDecimal(equalPoint.customerPrice), plainText(factor));
    const rounded = roundToPoint(ideal, offered.get(name) ?? [], rounding, endings);
    if (rounded !== undefined) points.set(name, rounded);
    else problems.push({ path: `index.factors.${name}`, message: noPointBeyond(name, ideal, rounding) });
  }
  return { points, problems };
}

/** A factor as decimal text; numbers between 0.01 and 10 have no exponent. */
const plainText = (factor: number): string => factor.toString();
