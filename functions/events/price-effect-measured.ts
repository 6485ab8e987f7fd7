import * as z from 'zod';
import { eventProductSchema, namedProductSchema } from './event-product.ts';
import { identified } from './identified.ts';

/** The detail of `Price Effect Measured`; the function that keeps such details loads no other schema of an event. */
export const priceEffectMeasured = identified.extend({
  team: z.string(),
  changeId: z.string(),
  product: eventProductSchema,
  /** Day on which the new price began, Pacific time. */
  changeDay: z.string(),
  lookDays: z.number(),
  /** 1; more where a restated report made the look anew. */
  version: z.number(),
  measuredOn: z.string(),
  changedTerritories: z.array(z.string()),
  stayedTerritories: z.array(z.string()),
  measures: z.array(
    z.object({
      measure: z.string(),
      /**
       * rose, fell, same, cannot-tell, too-little-data, no-comparison, more-than-other, less-than-other, too-early,
       * disturbed, counted
       */
      outcome: z.string(),
      ratio: z.number().optional(),
      low: z.number().optional(),
      high: z.number().optional(),
      rarelyShowsBelow: z.number().optional(),
      words: z.string(),
      sums: z
        .object({
          changedBefore: z.number(),
          changedAfter: z.number(),
          stayedBefore: z.number().optional(),
          stayedAfter: z.number().optional(),
        })
        .optional(),
      /** Of more-than-other and less-than-other: the product in place of territories; `stayed…` are its units. */
      comparedWith: namedProductSchema.optional(),
      /** Changed territories that sold enough to be told alone; absent where fewer than two changed or none stayed. */
      territories: z
        .array(
          z.object({
            /** Three letters. */
            territory: z.string(),
            /** rose, fell, same or cannot-tell: a word needs more the more territories are listed. */
            outcome: z.string(),
            ratio: z.number(),
            low: z.number(),
            high: z.number(),
            changedBefore: z.number(),
            changedAfter: z.number(),
          }),
        )
        .optional(),
    }),
  ),
  /** What else is known of these days, in sentences: what an earlier look said, other changes. */
  remarks: z.array(z.string()),
  requestedBy: z.string().optional(),
  reason: z.string().optional(),
});
