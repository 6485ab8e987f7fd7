import { opaqueId } from '../rules/opaque-id.ts';
import { appleAmount, type Currency, currencyOf, plainAmount, readAmount } from './currencies.ts';
import { closestStep, priceLadder } from './price-ladder.ts';
import { findTerritory, type Territory } from './territories.ts';

export type ProductKind = 'subscription' | 'inAppPurchase' | 'app';
export type Plan = 'UPFRONT' | 'MONTHLY';

/** Whose price points: they are made for each product, and for each plan of a subscription. */
export type PointOwner = { kind: ProductKind; id: string; plan: Plan };

/** One price that a product can have in a territory. */
export type PricePoint = PointOwner & {
  territory: string;
  /** Place in the territory's ladder from 1 on; 0 is free, for apps only. */
  tier: number;
  minor: number;
};

const FIRST_TIER = 10_000;

/** The point at a place of the ladder, if the product can have it. */
export function pricePoint(owner: PointOwner, territory: Territory, tier: number): PricePoint | undefined {
  const minor = tier === 0 && owner.kind === 'app' ? 0 : priceLadder(territory.currency)[tier - 1];
  if (minor === undefined) return undefined;
  const { kind, id, plan } = owner;
  return { kind, id, plan, territory: territory.id, tier, minor };
}

/** Every price that the product can have in a territory, cheapest first; without those that Apple no longer delivers. */
export function pricePointsIn(owner: PointOwner, territory: Territory): PricePoint[] {
  const withdrawn = findTerritory(territory.id)?.withdrawn;
  const tiers = priceLadder(territory.currency).length + 1;
  const points: PricePoint[] = [];
  for (let tier = 0; tier < tiers; tier += 1) {
    const point = pricePoint(owner, territory, tier);
    if (point !== undefined && withdrawn?.has(point.minor) !== true) points.push(point);
  }
  return points;
}

/** Whether Apple delivers the point no more. */
const isWithdrawn = ({ territory, minor }: PricePoint): boolean =>
  findTerritory(territory)?.withdrawn?.has(minor) === true;

/** The point with exactly this customer price, given as decimal text. */
export function pricePointAt(owner: PointOwner, territoryId: string, customerPrice: string): PricePoint {
  const territory = findTerritory(territoryId);
  if (territory === undefined) throw new Error(`The simulator knows no territory ${territoryId}.`);
  const minor = readAmount(customerPrice, currencyOf(territory.currency));
  const found = pricePointsIn(owner, territory).find((point) => point.minor === minor);
  if (found === undefined) {
    throw new Error(`There is no price point ${customerPrice} ${territory.currency} in ${territoryId}.`);
  }
  return found;
}

/** The comparable price in another territory. Free stays free. */
export function equalized(point: PricePoint, to: Territory, plan: Plan = point.plan): PricePoint {
  const { currency } = territoryOf(point);
  const steps = to.equalPriceSteps ?? 0;
  const tier = point.tier === 0 ? 0 : closestStep(point.minor, currency, to.currency) + 1 + steps;
  const found = to.id === point.territory ? { ...point, plan } : pricePoint({ ...point, plan }, to, tier);
  if (found === undefined) throw new Error(`No price point of ${to.id} equalizes ${point.territory}.`);
  return found;
}

/** The same price in another currency of its territory: the closest point of the new ladder, as Apple rewrites it. */
export function inCurrency(point: PricePoint, from: string, to: string): PricePoint {
  if (point.tier === 0) return point;
  const tier = closestStep(point.minor, from, to) + 1;
  return { ...point, tier, minor: priceLadder(to)[tier - 1] ?? point.minor };
}

/** Apple's opaque id: base64url of a small JSON with s, t, p. The monthly plan's points are others. */
export function pricePointId({ id, territory, tier, plan }: PricePoint): string {
  const monthly = plan === 'MONTHLY' && { m: '1' };
  return opaqueId({ s: id, t: territory, p: String(FIRST_TIER + tier), ...monthly });
}

export type PointIdParts = { product: string; territory: Territory; tier: number; plan: Plan };

/** What an id says; `undefined` for anything that is not one of the simulator's ids, letter by letter. */
export function readPricePointId(text: string): PointIdParts | undefined {
  const json = Buffer.from(text, 'base64url').toString('utf8');
  const [, product, territoryId, digits, monthly] =
    /^\{"s":"([^"\\]+)","t":"([A-Z]{3})","p":"(\d{5})"(,"m":"1")?\}$/.exec(json) ?? [];
  if (product === undefined || Buffer.from(json).toString('base64url') !== text) return undefined;
  const territory = findTerritory(territoryId ?? '');
  if (territory === undefined) return undefined;
  const plan: Plan = monthly === undefined ? 'UPFRONT' : 'MONTHLY';
  return { product, territory, tier: Number(digits) - FIRST_TIER, plan };
}

/** The product's own point with this id; not one of another product, territory or plan that the App Store lacks. */
export function findPricePoint(product: Omit<PointOwner, 'plan'>, id: string): PricePoint | undefined {
  const parts = readPricePointId(id);
  if (parts === undefined || parts.product !== product.id) return undefined;
  if (parts.plan === 'MONTHLY' && product.kind !== 'subscription') return undefined;
  const point = pricePoint({ ...product, plan: parts.plan }, parts.territory, parts.tier);
  return point !== undefined && !isWithdrawn(point) ? point : undefined;
}

/** The customer price as plain decimal text, such as `49.99`, `999.00` or `8000`. */
export const customerPrice = (point: PricePoint): string => plainAmount(point.minor, currencyFor(point));

/** Customer price and what the developer gets of it, written as Apple does. */
export function pointAmounts(point: PricePoint): Record<string, string> {
  const currency = currencyFor(point);
  const net = 100 - (territoryOf(point).taxPercent ?? 0);
  const share = (percent: number): string =>
    appleAmount(Math.floor((point.minor * percent * net + 5000) / 10_000), currency);
  return {
    customerPrice: appleAmount(point.minor, currency),
    proceeds: share(70),
    ...(point.kind === 'subscription' && { proceedsYear2: share(85) }),
  };
}

export function territoryOf(point: PricePoint): Territory {
  const territory = findTerritory(point.territory);
  if (territory === undefined) throw new Error(`The simulator knows no territory ${point.territory}.`);
  return territory;
}

const currencyFor = (point: PricePoint): Currency => currencyOf(territoryOf(point).currency);
