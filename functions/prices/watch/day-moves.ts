import * as z from 'zod';
import { PRICE_MOVE_KINDS } from '../../events/price-move.ts';
import type { Move } from './moves.ts';
import { watchedProductSchema } from './price-row.ts';
import { movePercent, type StorefrontMove } from './summary.ts';

/** Where the days lie on which Apple moved something: `audit/apple-moves/<team>/<day>.json`, each written once. */
export const MOVES_PREFIX = 'audit/apple-moves/';

const amountsSchema = z.object({
  price: z.string().nullable(),
  proceeds: z.string().nullable(),
  proceedsYear2: z.string().nullable(),
  currency: z.string().nullable(),
});

const productMoveSchema = z.object({
  kind: z.enum(PRICE_MOVE_KINDS),
  territory: z.string(),
  product: watchedProductSchema,
  plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
  before: amountsSchema.nullable(),
  after: amountsSchema.nullable(),
  /** Of the proceeds where `kind` is `proceeds`, of the price otherwise; absent where amounts cannot be compared. */
  changePercent: z.string().optional(),
});
/** A price of one product in one territory that moved without a request of ours. Amounts are decimal text in `currency`. */
export type ProductMove = z.output<typeof productMoveSchema>;

/** What moved at Apple by itself on one Pacific day. */
export const dayMovesSchema = z.object({
  team: z.string(),
  /** The day of the later reading. */
  day: z.string(),
  /** The day that it was compared with. */
  since: z.string(),
  /** The App Store itself: storefronts that opened, closed or changed their currency. */
  storefronts: z.array(
    z.object({
      kind: z.enum(['territoryOpened', 'territoryClosed', 'currency']),
      territory: z.string(),
      previousCurrency: z.string().nullable().optional(),
      currency: z.string().nullable(),
    }),
  ),
  moves: z.array(productMoveSchema),
  /** How many more moves there were than are kept here. */
  omitted: z.number().optional(),
  /** Products that could not be read on the day. */
  unread: z.number().optional(),
  /** The day's file of `price_list_daily`, which has every price. */
  tableKey: z.string(),
});
export type DayMoves = z.output<typeof dayMovesSchema>;

/** A row is about 300 bytes, so a day has at most 6 MB. */
const MAXIMUM_MOVES = 20_000;

/** A day's moves as they are kept: all of them up to a limit, with the number of those beyond it. */
export function dayMovesOf(
  facts: Pick<DayMoves, 'team' | 'day' | 'since' | 'tableKey' | 'unread'>,
  storefronts: readonly StorefrontMove[],
  moves: readonly Move[],
): DayMoves {
  const more = moves.length - MAXIMUM_MOVES;
  return {
    ...facts,
    storefronts: [...storefronts],
    moves: moves.slice(0, MAXIMUM_MOVES).map(({ plan, ...move }) => {
      const changePercent = movePercent(move);
      return {
        ...move,
        ...(plan === 'MONTHLY' && { plan }),
        ...(changePercent !== undefined && { changePercent }),
      };
    }),
    ...(more > 0 && { omitted: more }),
  };
}
