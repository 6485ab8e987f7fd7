import * as z from 'zod';

/** A message on the report queue: write the table of one date anew from its raw files. No request goes to Apple. */
export const rebuildMessageSchema = z.strictObject({
  rebuild: z.literal(true),
  team: z.string(),
  /** Sales and finance reports. */
  vendor: z.string().optional(),
  /** Analytics. */
  app: z.string().optional(),
  report: z.string(),
  reportDate: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/),
});

export type RebuildMessage = z.output<typeof rebuildMessageSchema>;
