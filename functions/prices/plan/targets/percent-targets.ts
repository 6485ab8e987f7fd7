import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import type { Problem } from '../../../platform/errors.ts';
import { addDecimals, canonicalDecimal, compareDecimals, multiplyDecimals } from '../../request/decimal.ts';
import type { Percent } from '../../request/percent.ts';
import type { PriceList } from '../price-list.ts';
import type { PriceState } from '../price-state.ts';
import { noPointBeyond, offeredPoints } from './offered-points.ts';
import { roundToPoint } from './rounding.ts';

/**
 * The price points that lie a percentage above or below the present prices. Territories that follow the base territory
 * are left to follow it, unless the request names them.
 */
export async function percentTargets(
  priceList: PriceList,
  state: PriceState,
  { by, territories, except, rounding, endings }: Percent,
): Promise<{ points: ReadonlyMap<string, PricePoint>; problems: Problem[] }> {
  const priced = [...state.territories].flatMap(([name, { present, automatic }]) =>
    present !== undefined && (territories === undefined ? !automatic : territories.includes(name))
      ? [{ name, price: present.customerPrice }]
      : [],
  );
  const wanted = priced.filter(({ name }) => !except.includes(name));
  const unpriced = (territories ?? []).filter((name) => priced.every((each) => each.name !== name));
  const problems: Problem[] = unpriced.map((name) => ({
    path: 'percent.territories',
    message: `${name} has no price, and a percentage needs one; name a price for it`,
  }));
  if (wanted.length === 0 && problems.length === 0)
    problems.push({ path: 'percent', message: 'the product has no price that a percentage could move' });
  const offered = await offeredPoints(
    priceList,
    wanted.map(({ name }) => name),
  );
  const factor = addDecimals('1', multiplyDecimals(by.toString(), '0.01'));
  const points = new Map<string, PricePoint>();
  for (const { name, price } of wanted) {
    if (compareDecimals(price, '0') === 0) {
      problems.push({ path: 'percent', message: `the product is free in ${name}; name a price instead` });
      continue;
    }
    const ideal = multiplyDecimals(canonicalDecimal(price), factor);
    const point = roundToPoint(ideal, offered.get(name) ?? [], rounding, endings);
    if (point !== undefined) points.set(name, point);
    else problems.push({ path: 'percent', message: noPointBeyond(name, ideal, rounding) });
  }
  return { points, problems };
}
