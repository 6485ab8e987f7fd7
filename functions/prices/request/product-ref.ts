import * as z from 'zod';
import { PRODUCT_KINDS } from '../../events/event-product.ts';
import type { Product, ProductKind } from './product.ts';

/** A product by the developer's own name of it: a product ID, or the bundle ID of an app. */
export type ProductRef = {
  name: string;
  kind?: ProductKind | undefined;
  plan?: Product['plan'];
};

const NUMBER = /^\d{1,20}$/;
/** What Apple takes as a product ID or bundle ID. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/;

/** Whether text is a product ID or bundle ID rather than Apple's number. */
export const isProductName = (text: string): boolean => NAME.test(text) && !NUMBER.test(text);

const refSchema = z.union([
  z.string().transform((name) => ({ name })),
  z
    .strictObject({
      id: z.string(),
      kind: z.enum(PRODUCT_KINDS).optional(),
      plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
    })
    .transform(({ id, ...more }) => ({ name: id, ...more })),
]);

/**
 * The product of a request that names it by product ID or bundle ID: `"com.acme.pro.yearly"`, or the same as `id` of an
 * object, where `kind` may be left out. `undefined`: it is named by Apple's number, or by nothing that could be a name.
 */
export function productRefOf(product: unknown): ProductRef | undefined {
  const parsed = refSchema.safeParse(product);
  return parsed.success && isProductName(parsed.data.name) ? parsed.data : undefined;
}
