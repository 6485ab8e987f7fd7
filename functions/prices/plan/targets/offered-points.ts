import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import { inGroupsOf } from '../../../platform/util/in-groups.ts';
import type { PriceList } from '../price-list.ts';
import type { Rounding } from './rounding.ts';

/** A page of 8000 holds the points of about ten territories; a URL takes many more names. */
const TERRITORIES_PER_READ = 200;

/** Territories in groups that one read of price points takes. */
export const inReads = (territories: readonly string[]): string[][] =>
  inGroupsOf(territories, TERRITORIES_PER_READ);

/** The price points that Apple offers, by territory. */
export async function offeredPoints(
  priceList: Pick<PriceList, 'pricePoints'>,
  territories: readonly string[],
): Promise<ReadonlyMap<string, readonly PricePoint[]>> {
  const reads: (readonly PricePoint[])[] = [];
  for (const group of inReads(territories)) reads.push(await priceList.pricePoints(group));
  // Not `push(...points)`: 140,000 points of an app are more than a call takes as arguments.
  return Map.groupBy(reads.flat(), ({ territory }) => territory);
}

/** Why an amount has no price point, where it is rounded in one direction. */
export const noPointBeyond = (territory: string, ideal: string, rounding: Rounding): string =>
  `no price point of ${territory} lies ${rounding === 'down' ? 'below' : 'above'} ${ideal}`;
