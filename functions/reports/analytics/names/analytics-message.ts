import * as z from 'zod';

/** A message on the report queue: look after an app's requests and instances at Apple. */
const checkMessageSchema = z.strictObject({
  team: z.string(),
  app: z.string(),
  check: z.literal('analytics'),
});

/** A message on the report queue: fetch the instance of one processing date. */
const instanceMessageSchema = z.strictObject({
  team: z.string(),
  app: z.string(),
  report: z.string(),
  reportDate: z.iso.date(),
  priority: z.enum(['today', 'backfill']),
});

export const analyticsMessageSchema = z.union([checkMessageSchema, instanceMessageSchema]);

export type CheckMessage = z.output<typeof checkMessageSchema>;
export type AnalyticsMessage = z.output<typeof analyticsMessageSchema>;
