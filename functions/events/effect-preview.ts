import * as z from 'zod';

/** What could be told after a planned price change, from the reports of the past alone. */
export const effectPreviewSchema = z.object({
  /** The smallest rise of the main measure that shows in four cases of five after 28 days, as a share. */
  showsFrom: z.number().optional(),
  /** The same with these territories held back for four weeks. */
  heldBack: z.object({ territories: z.array(z.string()), showsFrom: z.number() }).optional(),
  /** One or two sentences. */
  words: z.string(),
});

export type EffectPreview = z.output<typeof effectPreviewSchema>;
