import type { PRICE_MOVE_KINDS } from '../../events/price-move.ts';
import { compareDecimals } from '../request/decimal.ts';
import type { PriceRow, WatchedList, WatchedProduct } from './price-row.ts';

export type MoveKind = (typeof PRICE_MOVE_KINDS)[number];

export type Amounts = Pick<PriceRow, 'price' | 'proceeds' | 'proceedsYear2' | 'currency'>;

export type Move = {
  kind: MoveKind;
  territory: string;
  product: WatchedProduct;
  plan: 'UPFRONT' | 'MONTHLY' | undefined;
  before: Amounts | null;
  after: Amounts | null;
};

/**
 * Compares two readings of a product. Left out is what was to be expected: a scheduled price that has started, and
 * automatic prices where the base territory's price moved.
 *
 * @param today the Pacific day of the later reading
 */
export function movesOf(
  product: WatchedProduct,
  before: readonly WatchedList[],
  after: readonly WatchedList[],
  today: string,
): Move[] {
  return after.flatMap(({ plan, rows }) => {
    const earlier = before.find((list) => list.plan === plan);
    // A list that was not there before is a product's or plan's first price list.
    if (earlier === undefined) return [];
    return listMoves(earlier.rows, rows, today).map((move) => ({ ...move, product, plan }));
  });
}

function listMoves(
  earlier: readonly PriceRow[],
  rows: readonly PriceRow[],
  today: string,
): Omit<Move, 'product' | 'plan'>[] {
  const old = new Map(earlier.map((row) => [row.territory, row]));
  const now = new Map(rows.map((row) => [row.territory, row]));
  const follows = hasBaseMoved(earlier, rows);
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((territory) => {
    const [before, after] = [old.get(territory), now.get(territory)];
    const kind = kindOf(before, after, today, follows);
    return kind === undefined
      ? []
      : [{ kind, territory, before: amountsOf(before), after: amountsOf(after) }];
  });
}

/** Whether automatic prices had a reason to move that lies in the product: its base territory, or what that costs. */
function hasBaseMoved(earlier: readonly PriceRow[], rows: readonly PriceRow[]): boolean {
  const [before, after] = [earlier, rows].map((all) => all.find(({ source }) => source === 'base'));
  if (before === undefined || after === undefined) return before !== after;
  return (
    before.territory !== after.territory ||
    before.currency !== after.currency ||
    differ(before.price, after.price)
  );
}

function kindOf(
  before: PriceRow | undefined,
  after: PriceRow | undefined,
  today: string,
  baseMoved: boolean,
): MoveKind | undefined {
  if (after === undefined) return 'territoryClosed';
  // mutation: moves-opened
  if (before === undefined) return 'territoryOpened';
  // mutation: moves-currency
  if (before.currency !== null && after.currency !== null && before.currency !== after.currency)
    return 'currency';
  if (after.pointGone === true) return before.pointGone === true ? undefined : 'pricePointGone';
  if (before.pointGone === true) return undefined;
  if (differ(before.price, after.price)) {
    // mutation: moves-scheduled
    if (wasScheduled(before, after, today)) return undefined;
    const isAutomatic = before.source === 'automatic' && after.source === 'automatic';
    if (!isAutomatic) return 'fixedPrice';
    // mutation: moves-base
    return baseMoved ? undefined : 'automaticPrice';
  }
  // mutation: moves-proceeds
  return moved(before.proceeds, after.proceeds) || moved(before.proceedsYear2, after.proceedsYear2)
    ? 'proceeds'
    : undefined;
}

const wasScheduled = ({ scheduled }: PriceRow, { price }: PriceRow, today: string): boolean =>
  scheduled.some(({ from, price: later }) => from <= today && (later === null || !differ(later, price)));

/** An amount that Apple does not state says nothing. */
const moved = (before: string | null, after: string | null): boolean =>
  before !== null && after !== null && differ(before, after);

const differ = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a !== b : compareDecimals(a, b) !== 0;

const amountsOf = (row: PriceRow | undefined): Amounts | null => {
  if (row === undefined) return null;
  const { price, proceeds, proceedsYear2, currency } = row;
  return { price, proceeds, proceedsYear2, currency };
};

/** Targets of our own changes of a product, by territory. */
export type OwnTargets = ReadonlyMap<string, readonly string[]>;

/** Whether a move is what a change of ours wanted. */
export function isOwn({ kind, territory, after }: Move, own: OwnTargets): boolean {
  // mutation: moves-own
  const mayBeOwn = kind === 'fixedPrice' || kind === 'automaticPrice' || kind === 'territoryOpened';
  const price = after?.price ?? null;
  return mayBeOwn && (own.get(territory) ?? []).some((target) => !differ(target, price));
}
