import * as z from 'zod';
import { PRODUCT_KINDS } from '../../events/event-product.ts';

/** A product as it is stored and answered. */
export const productSchema = z.object({
  kind: z.enum(PRODUCT_KINDS),
  id: z.string(),
  plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
});

export const productLabelSchema = z.object({ name: z.string(), productId: z.string() });

export const knownProductSchema = z.object({ product: productSchema, label: productLabelSchema });
