import type { TeamSettings } from '../../platform/config/settings.ts';
import type { ProductKind } from '../../prices/request/product.ts';
import { type ChangeMoves, chooseTerritories, type Sides } from '../change/choose-territories.ts';
import { dayOf } from '../history/day-number.ts';
import type { ProductHistory } from '../history/product-history.ts';
import type { OtherProduct } from '../look/finding.ts';
import { firstSale } from './collect-history.ts';

/** The product that the settings name for changes of `productId`; undefined where they name none. */
export const namedComparison = (
  { prices }: Pick<TeamSettings, 'prices'>,
  productId: string,
): OtherProduct['product'] | undefined =>
  prices?.effectComparisons?.find(({ product }) => product === productId)?.with;

/**
 * The named product in the changed territories, as far as its own price stayed there. Only where no territory kept the price
 * of the changed product: beside such territories no other product is needed.
 *
 * @param changes of the named product
 * @param range indices of the changed product's first usable day, of the day of the change, and of the day after the last one
 */
export function otherProduct(
  product: OtherProduct['product'],
  { own, other }: { own: ProductHistory & { kind: ProductKind }; other: ProductHistory },
  sides: Sides,
  changes: readonly ChangeMoves[],
  { first, at, end }: { first: number; at: number; end: number },
): { other?: OtherProduct; remarks: string[] } {
  if (sides.stayed.length > 0 || sides.changed.length === 0 || sides.disturbed !== undefined)
    return { remarks: [] };
  const day = dayOf(other.firstDay + at);
  const { stayed, earlierChanges, leftOut } = chooseTerritories(
    other,
    { changeId: '', moves: [], day },
    changes,
    end,
  );
  const changed = new Set(sides.changed.map(([territory]) => territory));
  const territories = stayed.filter(([territory]) => changed.has(territory));
  return {
    other: {
      product,
      territories,
      first: Math.max(first, firstSale(other)),
      earlierChanges: [...new Set([...sides.earlierChanges, ...earlierChanges])],
      unusable: whyNot(product, own, other, territories.length),
    },
    remarks: leftOut.map((remark) => `Comparison with ${product.name}: ${remark}`),
  };
}

function whyNot(
  { name, kind }: OtherProduct['product'],
  own: ProductHistory & { kind: ProductKind },
  other: ProductHistory,
  territories: number,
): string | undefined {
  const named = `${name}, which the settings name as comparison,`;
  if (kind === 'subscription' && own.kind === 'subscription') {
    if (own.group === undefined || other.group === undefined)
      return `${named} is not used: the reports do not say whether both are in the same subscription group, where buyers may choose one instead of the other. Add SUBSCRIPTION_EVENT/SUMMARY/DAILY to the reports of the settings.`;
    // mutation: effect-other-group
    if (own.group === other.group)
      return `${named} is in the same subscription group: buyers may choose it instead, so it is not used.`;
  }
  return territories === 0
    ? `${named} is not used: its own price moved in the compared days, or it did not sell in these territories.`
    : undefined;
}
