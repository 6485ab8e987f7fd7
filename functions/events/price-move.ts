import * as z from 'zod';
import { eventProductSchema } from './event-product.ts';

/** Decimal text in `currency`. `null`: none. */
const amounts = z.object({
  price: z.string().nullable(),
  proceeds: z.string().nullable(),
  proceedsYear2: z.string().nullable(),
  currency: z.string().nullable(),
});

/** The kinds of what moves at Apple without a request of ours. */
export const PRICE_MOVE_KINDS = [
  /** The same price yields other proceeds: most likely a tax. */
  'proceeds',
  /** Apple has moved a price that follows the base territory. */
  'automaticPrice',
  /** Apple sells in another currency. */
  'currency',
  'territoryOpened',
  'territoryClosed',
  /** The price's price point is delivered no more. */
  'pricePointGone',
  /** A price that Apple does not adjust by itself: most likely somebody changed it in App Store Connect. */
  'fixedPrice',
] as const;

export const priceMove = z.object({
  kind: z.enum(PRICE_MOVE_KINDS),
  territory: z.string(),
  /** Whether the App Store itself opened, closed or changed its currency there. */
  storefront: z.boolean().optional(),
  previousCurrency: z.string().nullable().optional(),
  currency: z.string().nullable(),
  /** How many products it concerns. */
  products: z.number(),
  /** Up to three of them. */
  examples: z.array(
    z.object({
      product: eventProductSchema,
      name: z.string().optional(),
      before: amounts.nullable(),
      after: amounts.nullable(),
      /** Of the proceeds where `kind` is `proceeds`, of the price otherwise. */
      changePercent: z.string().optional(),
    }),
  ),
});
