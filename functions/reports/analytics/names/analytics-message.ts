import * as z from 'zod';

/** A message on the report queue: look after an app's requests and instances at Apple. */
export const checkMessageSchema = z.strictObject({
  team: z.string(),
  app: z.string(),
  check: z.literal('analytics'),
});

/** A message on the report queue: fetch the instance of one processing date. */
export const instanceMessageSchema = z.strictObject({
  team: z.string(),
  app: z.string(),
  report: z.string(),
  reportDate: z.iso.date(),
  priority: z.enum(['today', 'backfill']),
});

export type CheckMessage = z.output<typeof checkMessageSchema>;
export type InstanceMessage = z.output<typeof instanceMessageSchema>;
