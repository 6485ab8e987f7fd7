import * as z from 'zod';
import { publishedEvents } from '../events/contract.ts';
import { MAILED_EVENT_TYPES, NOTIFIED_EVENT_TYPES, PRICE_CHANGE_EVENT_TYPES } from '../events/event-types.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { isTooDeep } from '../platform/validation/problems.ts';
import type { Plan } from '../prices/plan/plan.ts';
import { appleChangesMessage } from './apple-changes-message.ts';
import { campaignMessage } from './campaign-message.ts';
import { driftMessage } from './drift-message.ts';
import { effectMessage } from './effect-message.ts';
import { inOneLine } from './message-parts.ts';
import { overdueMessage } from './overdue-message.ts';
import { priceDetailSchema, priceMessage } from './price-message.ts';
import { reviewMessage } from './review-message.ts';

// The detail is serialized again for programs, and serialization is recursive.
const eventSchema = z
  .unknown()
  .refine((event) => !isTooDeep(event), 'is nested too deep; send it flat')
  .pipe(z.object({ 'detail-type': z.enum([...NOTIFIED_EVENT_TYPES, ...MAILED_EVENT_TYPES]) }));

const NOT_NOTIFIED =
  'No notification was sent for this event: it is not an event of this product, or a field is missing. Correct the sender:';

const memberSchema = z.object({ detail: z.object({ campaign: z.string(), changeId: z.string() }) });

/** Whether an event is about one product of a campaign: people are told of the campaign as a whole. */
export const isPartOfCampaign = (event: unknown): boolean => memberSchema.safeParse(event).success;

/**
 * Turns an event into a notification for people. Whoever may put events on the bus may make one up: no text of it has more
 * than one line in a mail or a chat, so that it cannot pass for our own words. The facts for programs hold it as it came.
 *
 * @param readPlan reads a plan by its key in the audit; `undefined` if it cannot be read
 * @throws JobError `EVENT_INVALID` for an event that nobody is notified of, or that lacks a field
 */
export async function messageOf(
  event: unknown,
  readPlan: (key: string) => Promise<Plan | undefined>,
): Promise<Notification> {
  const { 'detail-type': detailType } = readEvent(eventSchema, event, NOT_NOTIFIED);
  const message = await messageIn(detailType, inOneLine(event), readPlan);
  const { detail } = readEvent(z.object({ detail: detailSchemaOf(detailType) }), event, NOT_NOTIFIED);
  return { ...message, facts: { detailType, ...detail } };
}

type NotifiedType = z.output<typeof eventSchema>['detail-type'];

const detailSchemaOf = (detailType: NotifiedType) =>
  isOneOf(PRICE_CHANGE_EVENT_TYPES, detailType) ? priceDetailSchema : publishedEvents[detailType];

async function messageIn(
  detailType: NotifiedType,
  event: unknown,
  readPlan: (key: string) => Promise<Plan | undefined>,
): Promise<Notification> {
  const read = <Schema extends z.ZodType>(schema: Schema) => readEvent(schema, event, NOT_NOTIFIED);
  switch (detailType) {
    case 'Price Drift Detected':
      return driftMessage(read(z.object({ detail: publishedEvents[detailType] })).detail);
    case 'Apple Changed Prices':
      return appleChangesMessage(read(z.object({ detail: publishedEvents[detailType] })).detail);
    case 'Price Effect Measured':
      return effectMessage(read(z.object({ detail: publishedEvents[detailType] })).detail);
    case 'Report Overdue':
      return overdueMessage(read(z.object({ detail: publishedEvents[detailType] })).detail);
    case 'Review Received':
      return reviewMessage(read(z.object({ detail: publishedEvents[detailType] })).detail);
    case 'Price Campaign Planned':
      return campaignMessage({
        detailType,
        detail: read(z.object({ detail: publishedEvents[detailType] })).detail,
      });
    case 'Price Campaign Ended':
      return campaignMessage({
        detailType,
        detail: read(z.object({ detail: publishedEvents[detailType] })).detail,
      });
    case 'Price Campaign Returned':
      return campaignMessage({
        detailType,
        detail: read(z.object({ detail: publishedEvents[detailType] })).detail,
      });
    default: {
      const detail = read(z.object({ detail: priceDetailSchema })).detail;
      const plan = detail.planKey === undefined ? undefined : await readPlan(detail.planKey);
      return priceMessage(detailType, detail, plan);
    }
  }
}

const isOneOf = <Type extends string>(types: readonly Type[], type: string): type is Type =>
  types.some((one) => one === type);
