import * as z from 'zod';
import { keyStatusSchema } from '../../keys/store/key-status.ts';
import { campaignRecordSchema } from '../../prices/campaign/model/campaign-record.ts';
import type { Plan } from '../../prices/plan/plan.ts';
import { changeRecordSchema } from '../../prices/store/change-record.ts';
import { planSchema } from '../../prices/store/plan-store.ts';
import { dayMovesSchema } from '../../prices/watch/day-moves.ts';
import { ledgerItemSchema } from '../../reports/partition/ledger-item.ts';
import { statusNumbersSchema } from './numbers.ts';

/**
 * What a cell of the calendar says: a state of the ledger, or one that is read from it. `restated`: stored, and
 * Apple has corrected it since. `overdue`: should be there by now. `missing`: expected, and not even known yet.
 */
export const DAY_STATES = [
  'failed',
  'overdue',
  'waiting',
  'due',
  'missing',
  'restated',
  'stored',
  'empty',
  'notOffered',
  'expired',
] as const;
export type DayState = (typeof DAY_STATES)[number];

const seriesStatusSchema = z.object({
  team: z.string(),
  /** The vendor's number; of analytics the app's Apple ID. */
  vendor: z.string(),
  report: z.string(),
  /** Apple takes or serves another version than the configured one. */
  versionChange: z.object({ asked: z.string(), version: z.string(), changedAt: z.number() }).optional(),
  frequency: z.enum(['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'FISCAL_MONTHLY']),
  /** Oldest first. */
  days: z.array(z.object({ date: z.string(), state: z.enum(DAY_STATES), item: ledgerItemSchema.optional() })),
});
export type SeriesStatus = z.output<typeof seriesStatusSchema>;
export type Day = SeriesStatus['days'][number];

const changeDetailSchema = z.object({
  record: changeRecordSchema,
  /** Absent before there is one, and where it cannot be read. */
  plan: planSchema.optional(),
  /** Why the plan or the audit cannot be read. */
  unreadable: z.string().optional(),
  /** The audit's objects, oldest first. */
  audit: z.array(z.object({ key: z.string(), at: z.number() })),
});
const campaignDetailSchema = z.object({
  record: campaignRecordSchema,
  /** How far its products are, as far as they are among the newest changes. */
  progress: z.string().optional(),
});
export type CampaignDetail = z.output<typeof campaignDetailSchema>;

export type ChangeDetail = Omit<z.output<typeof changeDetailSchema>, 'plan'> & { plan?: Plan | undefined };

/** Everything that the page shows, at one moment. Plain data: a snapshot of it can be kept as JSON. */
export const statusSchema = z.object({
  /** Milliseconds since the epoch. */
  asOf: z.number(),
  /** Where it was read, such as `app-store-connect-jobs in us-east-1`. */
  source: z.string(),
  /** When the hourly planner last came to its end; `null`: never. Absent where reports are not read. */
  plannerRanAt: z.number().nullable().optional(),
  series: z.array(seriesStatusSchema),
  /** Absent where the tables are not read: in AWS they are Athena's. */
  numbers: statusNumbersSchema.optional(),
  /** Newest first. */
  changes: z.array(changeDetailSchema),
  /** Newest first; absent in snapshots of the version before. */
  campaigns: z.array(campaignDetailSchema).optional(),
  /** What moved at Apple without a request in the last two weeks, newest first; absent as campaigns are. */
  appleMoves: z.object({ days: z.array(dayMovesSchema), unreadable: z.array(z.string()) }).optional(),
  keys: z.array(keyStatusSchema),
});
export type Status = Omit<z.output<typeof statusSchema>, 'changes'> & { changes: ChangeDetail[] };
