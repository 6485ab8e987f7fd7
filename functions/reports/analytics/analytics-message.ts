import { z } from 'zod';

/**
 * Messages about analytics on the report queue: look after an app's requests and instances, or fetch the instance
 * of one processing date.
 */
export const analyticsMessageSchema = z.union([
  z.strictObject({ team: z.string(), app: z.string(), check: z.literal('analytics') }),
  z.strictObject({
    team: z.string(),
    app: z.string(),
    report: z.string(),
    reportDate: z.iso.date(),
    priority: z.enum(['today', 'backfill']),
  }),
]);

export type AnalyticsMessage = z.output<typeof analyticsMessageSchema>;
