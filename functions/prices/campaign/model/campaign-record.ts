import * as z from 'zod';
import { CAMPAIGN_EVENT_TYPES } from '../../../events/event-types.ts';
import { problemSchema } from '../../../platform/validation/outcome-schema.ts';
import { approvalSchema, closingSchema, originSchema } from '../../request/origin.ts';
import { productLabelSchema, productSchema } from '../../request/product-schemas.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import { storedCampaignSchema } from './campaign-request.ts';

export const CAMPAIGN_STATES = [
  /** Its members are being planned; nothing is sent. */
  'planning',
  'awaitingApproval',
  'underWay',
  'applied',
  /** It is over, and not every member was applied. */
  'partlyApplied',
  /** It is over, and no price of it took effect. */
  'failed',
  'rejected',
  'declined',
  'withdrawn',
  'expired',
] as const;

export type CampaignState = (typeof CAMPAIGN_STATES)[number];

const memberSchema = z.object({
  /** The idempotency key of the member's own change. */
  changeId: z.string(),
  product: productSchema,
  label: productLabelSchema.optional(),
  /** Of the plan that the campaign's plan holds of it. Absent: nothing is sent. */
  planSha256: z.string().optional(),
});

/**
 * A campaign in the table `Prices`, pk = `campaign#<team>#<campaign>`. Its members are ordinary changes with records of
 * their own. Kept for good. Moments in milliseconds since the epoch.
 */
export const campaignRecordSchema = z.object({
  team: z.string(),
  campaign: z.string(),
  rev: z.number(),
  state: z.enum(CAMPAIGN_STATES),
  fingerprint: z.string(),
  request: storedCampaignSchema,
  members: z.array(memberSchema),
  acceptedAt: z.number(),
  movedAt: z.number(),
  planSha256: z.string().optional(),
  /** Of the campaign's plan in the audit. */
  planKey: z.string().optional(),
  /** The plan in a sentence. */
  plan: z.string().optional(),
  approval: approvalSchema.optional(),
  closing: closingSchema.optional(),
  /** Members may be sent: the campaign began, by an approval or because it needs none. */
  beganAt: z.number().optional(),
  /** Every member is over too. */
  closed: z.boolean().default(false),
  /** Of temporary prices of subscriptions: their ways back, which are changes of their own. */
  wayBack: z.object({ on: z.string(), outcome: z.string().optional() }).optional(),
  origin: originSchema.optional(),
  problems: z.array(problemSchema).default([]),
  outcome: z.string().optional(),
  owed: z
    .array(
      z.object({
        id: z.string(),
        detailType: z.enum(CAMPAIGN_EVENT_TYPES),
        detail: z.record(z.string(), z.unknown()),
      }),
    )
    .default([]),
});

export type CampaignRecord = z.output<typeof campaignRecordSchema>;

/** The changes of a campaign's members, in its order. `undefined`: not registered. */
export type MemberRecords = readonly (ChangeRecord | undefined)[];

export type CampaignEvent = CampaignRecord['owed'][number];

const OPEN: ReadonlySet<CampaignState> = new Set<CampaignState>(['planning', 'awaitingApproval', 'underWay']);

/** No member begins any more. */
export const isCampaignOver = ({ state }: Pick<CampaignRecord, 'state'>): boolean => !OPEN.has(state);

/** The prices of some members are still temporary. */
export const owesReturn = ({ wayBack }: Pick<CampaignRecord, 'wayBack'>): boolean =>
  wayBack !== undefined && wayBack.outcome === undefined;

/** Whether the sweep has to look at it. */
export const needsCare = (record: CampaignRecord): boolean =>
  !isCampaignOver(record) || !record.closed || record.owed.length > 0 || owesReturn(record);
