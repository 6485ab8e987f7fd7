import * as z from 'zod';

/** Kinds of products that have a price at Apple. */
export const PRODUCT_KINDS = ['subscription', 'inAppPurchase', 'app'] as const;

/** Another product that the settings name, as people know it. */
export const namedProductSchema = z.object({ kind: z.enum(PRODUCT_KINDS), id: z.string(), name: z.string() });

/** A product in events. `plan` is for subscriptions only; absent means `UPFRONT`. */
export const eventProductSchema = z.object({
  kind: z.enum(PRODUCT_KINDS),
  id: z.string(),
  plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
  /** As it stands in App Store Connect, and its product ID or bundle ID; where they are known. */
  name: z.string().optional(),
  productId: z.string().optional(),
});
