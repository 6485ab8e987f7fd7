import * as z from 'zod';

/** A message on the report queue: one partition to fetch. */
export const reportMessageSchema = z.object({
  team: z.string(),
  vendor: z.string(),
  report: z.string(),
  reportDate: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/),
  priority: z.enum(['today', 'backfill']),
});

export type ReportMessage = z.output<typeof reportMessageSchema>;
