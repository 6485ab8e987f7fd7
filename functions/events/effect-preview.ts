import * as z from 'zod';
import { namedProductSchema } from './event-product.ts';

/** What could be told after a planned price change, from the reports of the past alone. */
export const effectPreviewSchema = z.object({
  /** The smallest rise of the main measure that shows in four cases of five after 28 days, as a share. */
  showsFrom: z.number().optional(),
  /** The same with these territories held back for four weeks. */
  heldBack: z.object({ territories: z.array(z.string()), showsFrom: z.number() }).optional(),
  /** The product of the settings that the change is compared with, where every territory changes; `showsFrom` is beside it. */
  comparedWith: namedProductSchema.optional(),
  /** One to three sentences. */
  words: z.string(),
});

export type EffectPreview = z.output<typeof effectPreviewSchema>;
