import * as z from 'zod';
import { identifier, startOrEnd, toOne } from '../bodies.ts';

/** Attributes and relationships of a price to be, alone or included. */
export const newPriceSchema = z.object({
  type: z.literal('subscriptionPrices'),
  id: z.string().optional(),
  attributes: z
    .strictObject({
      startDate: startOrEnd,
      preserveCurrentPrice: z.boolean().nullish(),
      planType: z.enum(['UPFRONT', 'MONTHLY']).nullish(),
    })
    .optional(),
  relationships: z.object({
    subscription: toOne('subscriptions').optional(),
    territory: toOne('territories').optional(),
    subscriptionPricePoint: toOne('subscriptionPricePoints'),
  }),
});

/** `SubscriptionPriceCreateRequest`. */
export const createPriceSchema = z.object({
  data: newPriceSchema,
});

/** Only whose price or offer it is, so that a refusal can be noted with the subscription. */
export const subscriptionOwnerSchema = z.object({
  data: z.object({ relationships: z.object({ subscription: toOne('subscriptions') }) }),
});

/** `SubscriptionUpdateRequest`, as far as names and prices go. */
export const updateSubscriptionSchema = z.object({
  data: z.object({
    type: z.literal('subscriptions'),
    id: z.string(),
    attributes: z.strictObject({ name: z.string().min(1).optional() }).optional(),
    relationships: z
      .object({
        prices: z.object({ data: z.array(identifier('subscriptionPrices')).default([]) }).optional(),
      })
      .optional(),
  }),
  included: z.array(newPriceSchema).default([]),
});
