import * as z from 'zod';
import { PRODUCT_KINDS } from '../../events/event-product.ts';

/** A product whose prices are watched. */
export const watchedProductSchema = z.object({
  kind: z.enum(PRODUCT_KINDS),
  id: z.string(),
  name: z.string().optional(),
  /** Product ID, or the SKU of an app: what sales reports call it. */
  sku: z.string().optional(),
});
export type WatchedProduct = z.output<typeof watchedProductSchema>;

/** What a product costs in one territory. Amounts are decimal text in `currency`. */
export const priceRowSchema = z.object({
  territory: z.string(),
  /** ISO 4217. */
  currency: z.string().nullable(),
  /** Customer price; `null` where there is none yet, or where Apple delivers its price point no more. */
  price: z.string().nullable(),
  /** What the developer gets of it. */
  proceeds: z.string().nullable(),
  /** Subscriptions: what the developer gets after a subscriber's first year. */
  proceedsYear2: z.string().nullable(),
  /** `automatic`: Apple sets it from the base territory's price. */
  source: z.enum(['base', 'manual', 'automatic']),
  /** Prices with a day in the future, in order. */
  scheduled: z.array(z.object({ from: z.string(), price: z.string().nullable() })),
  /** The record names a price point that Apple delivers no more. */
  pointGone: z.literal(true).optional(),
});
export type PriceRow = z.output<typeof priceRowSchema>;

/** The prices of one product; subscriptions have a list for each plan. */
export const watchedListSchema = z.object({
  plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
  rows: z.array(priceRowSchema),
});
export type WatchedList = z.output<typeof watchedListSchema>;

/** Territories of the App Store with their currencies. */
export type Storefronts = Readonly<Record<string, string | null>>;

/** Apple's view of a team, for one run. Reads throw AppStoreConnectError. */
export type PriceReader = {
  products(): Promise<WatchedProduct[]>;
  storefronts(): Promise<Storefronts>;
  /** Every price list of a product. A product that is gone has none. */
  lists(product: WatchedProduct): Promise<WatchedList[]>;
};
