import { productName } from '../request/product.ts';
import type { DayMoves, ProductMove } from './day-moves.ts';
import { MOVE_WORDS } from './move-words.ts';
import type { MoveKind } from './moves.ts';

/** What moved of one product in one way on a day. */
export type MoveGroup = {
  product: ProductMove['product'];
  plan: ProductMove['plan'];
  kind: MoveKind;
  /** The largest movement first. */
  moves: readonly ProductMove[];
};

/** A day's moves by product and kind: what concerns most territories first, in the order of the kinds. */
export function groupMoves({ moves }: Pick<DayMoves, 'moves'>): MoveGroup[] {
  const groups = Map.groupBy(moves, ({ kind, product, plan = '' }) =>
    JSON.stringify([kind, product.kind, product.id, plan]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { product, plan, kind } = first;
      return [{ product, plan, kind, moves: group.toSorted((a, b) => sizeOf(b) - sizeOf(a)) }];
    })
    .toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || b.moves.length - a.moves.length);
}

const KINDS = Object.keys(MOVE_WORDS);

/** For sorting only. */
const sizeOf = ({ changePercent }: ProductMove): number => Math.abs(Number(changePercent ?? 0));

/** A product as people call it, with the plan where it is not the usual one. */
export function movedProduct({ product, plan }: Pick<MoveGroup, 'product' | 'plan'>): string {
  const { name, sku, kind, id } = product;
  return productName(
    { kind, id, ...(plan === 'MONTHLY' && { plan }) },
    { name: name ?? '', productId: sku ?? '' },
  );
}

/** The amount that moved on each side, such as `9.99 USD`; of proceeds also the price that they are of. */
export function movedAmounts({ kind, before, after }: ProductMove): { before: string; after: string } {
  const isLater = kind === 'proceeds' && before?.proceeds === after?.proceeds;
  const textOf = (side: ProductMove['before']): string => {
    if (side === null) return 'none';
    const { price, proceeds, proceedsYear2, currency } = side;
    const money = currency === null ? '' : ` ${currency}`;
    if (kind !== 'proceeds') return price === null ? 'none' : `${price}${money}`;
    const amount = isLater ? `${proceedsYear2 ?? '?'} after a year` : (proceeds ?? '?');
    return `${amount} of ${price ?? '?'}${money}`;
  };
  return { before: textOf(before), after: textOf(after) };
}
