import { z } from 'zod';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { isTooDeep } from '../platform/validation/problems.ts';
import type { Plan } from '../prices/plan/plan.ts';
import { driftDetailSchema, driftMessage } from './drift-message.ts';
import { overdueDetailSchema, overdueMessage } from './overdue-message.ts';
import { PRICE_DETAIL_TYPES, priceDetailSchema, priceMessage } from './price-message.ts';

/** The events of which people are told; the rule on the bus lists the same. */
export const TOLD_TO_PEOPLE = [...PRICE_DETAIL_TYPES, 'Price Drift Detected', 'Report Overdue'] as const;

// The detail is written out again for programs, and writing goes by recursion.
const eventSchema = z
  .unknown()
  .refine((event) => !isTooDeep(event), 'is nested too deep; send it flat')
  .pipe(z.object({ 'detail-type': z.enum(TOLD_TO_PEOPLE) }));

const NOBODY_TOLD =
  'Nobody was told of this event: it is none of ours, or lacks what is told of it. Correct what sends it:';

/**
 * An event of ours, as people are told it.
 *
 * @param readPlan reads a plan by its key in the audit; `undefined` where it cannot be read
 * @throws JobError `EVENT_INVALID` for an event that is not one of those, or lacks what is told of it
 */
export async function messageOf(
  event: unknown,
  readPlan: (key: string) => Promise<Plan | undefined>,
): Promise<Notification> {
  const read = <Schema extends z.ZodType>(schema: Schema) => readEvent(schema, event, NOBODY_TOLD);
  const { 'detail-type': detailType } = read(eventSchema);
  switch (detailType) {
    case 'Price Drift Detected':
      return driftMessage(read(z.object({ detail: driftDetailSchema })).detail);
    case 'Report Overdue':
      return overdueMessage(read(z.object({ detail: overdueDetailSchema })).detail);
    default: {
      const told = read(z.object({ detail: priceDetailSchema })).detail;
      const plan = told.planKey === undefined ? undefined : await readPlan(told.planKey);
      return priceMessage(detailType, told, plan);
    }
  }
}
