import type { EventDetail } from '../../events/contract.ts';
import { PRICE_MOVE_KINDS } from '../../events/price-move.ts';
import { percentChange } from '../request/decimal.ts';
import type { Move } from './moves.ts';
import type { Storefronts } from './price-row.ts';

type Changes = EventDetail<'Apple Changed Prices'>['changes'];
type Change = Changes[number];

const EXAMPLES = 3;
/** An event holds 256 KB; 200 changes with their examples are about 150 KB. */
const MAXIMUM_CHANGES = 200;
const MAXIMUM_NAME = 60;

/**
 * Moves of products and of the App Store itself as an event tells them: one entry per kind and territory, those that
 * concern most products first.
 *
 * @returns `undefined`: nothing moved
 */
export function summaryOf(
  moves: readonly Move[],
  before: Storefronts,
  after: Storefronts,
): { products: number; changes: Changes; omitted?: number } | undefined {
  const groups = new Map<string, Change & { seen: Set<string> }>();
  for (const { kind, territory, currency, previousCurrency } of storefrontMoves(before, after))
    groups.set(`${kind} ${territory}`, {
      kind,
      territory,
      storefront: true,
      ...(previousCurrency !== undefined && { previousCurrency }),
      currency,
      products: 0,
      examples: [],
      seen: new Set(),
    });
  for (const move of moves) {
    const key = `${move.kind} ${move.territory}`;
    const group = groups.get(key) ?? { ...newChange(move), seen: new Set<string>() };
    groups.set(key, group);
    group.seen.add(`${move.product.kind} ${move.product.id}`);
    if (group.examples.length < EXAMPLES) group.examples.push(exampleOf(move));
  }
  if (groups.size === 0) return undefined;
  const all = [...groups.values()]
    .map(({ seen, ...change }): Change => ({ ...change, products: seen.size }))
    .toSorted(
      (a, b) =>
        Number(b.storefront ?? false) - Number(a.storefront ?? false) ||
        b.products - a.products ||
        PRICE_MOVE_KINDS.indexOf(a.kind) - PRICE_MOVE_KINDS.indexOf(b.kind) ||
        (a.territory < b.territory ? -1 : 1),
    );
  const products = new Set(moves.map(({ product }) => `${product.kind} ${product.id}`));
  return {
    products: products.size,
    changes: all.slice(0, MAXIMUM_CHANGES),
    ...(all.length > MAXIMUM_CHANGES && { omitted: all.length - MAXIMUM_CHANGES }),
  };
}

/** What moved of the App Store itself in a territory. */
export type StorefrontMove = Pick<Change, 'territory' | 'currency' | 'previousCurrency'> & {
  kind: 'territoryOpened' | 'territoryClosed' | 'currency';
};

/** Storefronts that opened, closed or changed their currency, in order. */
export function storefrontMoves(before: Storefronts, after: Storefronts): StorefrontMove[] {
  const territories = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return territories.flatMap((territory): StorefrontMove[] => {
    const [old, now] = [before[territory], after[territory]];
    if (old === undefined) return [{ kind: 'territoryOpened', territory, currency: now ?? null }];
    if (now === undefined) return [{ kind: 'territoryClosed', territory, currency: old }];
    return old !== null && now !== null && old !== now
      ? [{ kind: 'currency', territory, previousCurrency: old, currency: now }]
      : [];
  });
}

function newChange({ kind, territory, before, after }: Move): Change {
  const currency = after?.currency ?? before?.currency ?? null;
  const changed = kind === 'currency' ? { previousCurrency: before?.currency ?? null } : {};
  return { kind, territory, ...changed, currency, products: 0, examples: [] };
}

function exampleOf(move: Move): Change['examples'][number] {
  const { product, plan, before, after } = move;
  const { name } = product;
  const changePercent = movePercent(move);
  return {
    product: {
      kind: product.kind,
      id: product.id,
      ...(plan === 'MONTHLY' && { plan }),
    },
    ...(name !== undefined && { name: name.slice(0, MAXIMUM_NAME) }),
    before,
    after,
    ...(changePercent !== undefined && { changePercent }),
  };
}

/** By how much it moved, in percent; of proceeds those of later years where the first year's stay. */
export function movePercent({
  kind,
  before,
  after,
}: Pick<Move, 'kind' | 'before' | 'after'>): string | undefined {
  if (kind === 'currency') return undefined;
  const change = (from?: string | null, to?: string | null): string | undefined =>
    from === undefined || from === null || to === undefined || to === null || from === to
      ? undefined
      : percentChange(from, to);
  return kind === 'proceeds'
    ? (change(before?.proceeds, after?.proceeds) ?? change(before?.proceedsYear2, after?.proceedsYear2))
    : change(before?.price, after?.price);
}
