import { z } from 'zod';
import type { Message } from '../platform/notifier.ts';
import type { Plan } from '../prices/plan.ts';
import { driftDetailSchema, driftMessage } from './drift-message.ts';
import { overdueDetailSchema, overdueMessage } from './overdue-message.ts';
import { PRICE_DETAIL_TYPES, priceDetailSchema, priceMessage } from './price-message.ts';

/** The events of which people are told; the rule on the bus lists the same. */
export const TOLD_TO_PEOPLE = [...PRICE_DETAIL_TYPES, 'Price Drift Detected', 'Report Overdue'] as const;

const eventSchema = z.object({ 'detail-type': z.enum(TOLD_TO_PEOPLE), detail: z.unknown() });

/**
 * An event of ours, as people are told it.
 *
 * @param readPlan reads a plan by its key in the audit; `undefined` where it cannot be read
 * @throws ZodError for an event that is not one of those
 */
export async function messageOf(
  event: unknown,
  readPlan: (key: string) => Promise<Plan | undefined>,
): Promise<Message> {
  const { 'detail-type': detailType, detail } = eventSchema.parse(event);
  switch (detailType) {
    case 'Price Drift Detected':
      return driftMessage(driftDetailSchema.parse(detail));
    case 'Report Overdue':
      return overdueMessage(overdueDetailSchema.parse(detail));
    default: {
      const told = priceDetailSchema.parse(detail);
      const plan = told.planKey === undefined ? undefined : await readPlan(told.planKey);
      return priceMessage(detailType, told, plan);
    }
  }
}
