import * as z from 'zod';

/**
 * How a request or an approval arrived. Names such as `requestedBy` and `by` are claims of the caller; this leads to
 * the proof: CloudTrail's data event of the invocation carries the same request id, and names the caller.
 */
export const originSchema = z.object({
  /** Lambda's id of the invocation. */
  lambdaRequestId: z.string(),
  /** Of the event's envelope, where it came over the bus; PutEvents gave the same id to the sender. */
  eventId: z.string().optional(),
});

export type Origin = z.output<typeof originSchema>;

const envelope = z.object({ id: z.string(), 'detail-type': z.string() });

export function originOf(event: unknown, lambdaRequestId: string): Origin {
  const parsed = envelope.safeParse(event);
  return parsed.success ? { lambdaRequestId, eventId: parsed.data.id.slice(0, 200) } : { lambdaRequestId };
}

/** Who approved a plan. `by` is a claim; `origin` leads to the proof. Moments in milliseconds since the epoch. */
export const approvalSchema = z.object({
  by: z.string(),
  at: z.number(),
  planSha256: z.string(),
  origin: originSchema.optional(),
});

/** Who declined or withdrew a change or a campaign, when, and why. */
export const closingSchema = z.object({
  by: z.string(),
  at: z.number(),
  reason: z.string().optional(),
  origin: originSchema.optional(),
});
