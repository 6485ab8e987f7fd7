import { z } from 'zod';
import { PRICE_CHANGE_EVENT_TYPES } from '../../events/contract.ts';
import { originSchema } from '../request/origin.ts';
import { storedRequestSchema } from '../request/price-request.ts';

export const CHANGE_STATES = [
  'accepted',
  'planned',
  'sending',
  'applied',
  'rejected',
  'failed',
  'unsettled',
] as const;

export type ChangeState = (typeof CHANGE_STATES)[number];

const problemSchema = z.object({ path: z.string(), message: z.string() });

const owedEventSchema = z.object({
  /** Derived from the change and what is told, so that consumers can drop repeats. */
  id: z.string(),
  detailType: z.enum(PRICE_CHANGE_EVENT_TYPES),
  detail: z.record(z.string(), z.unknown()),
});

export type PendingPriceEvent = z.output<typeof owedEventSchema>;

/**
 * A price change in the table `Prices`, pk = `change#<team>#<idempotency key>`. Kept for good, so that a key stays
 * used. Moments in milliseconds since the epoch. Unknown attributes pass.
 */
export const changeRecordSchema = z.object({
  team: z.string(),
  /** The idempotency key: names the change within its team. */
  changeId: z.string(),
  /** Grows with every write of the record: each write names the one it follows. */
  rev: z.number(),
  state: z.enum(CHANGE_STATES),
  fingerprint: z.string(),
  request: storedRequestSchema,
  /** Its place among the changes of its product. */
  seq: z.number(),
  acceptedAt: z.number(),
  /** When it last moved. */
  movedAt: z.number(),
  /** Of the product's lease under which it was last taken. */
  fence: z.number().default(0),
  planSha256: z.string().optional(),
  planKey: z.string().optional(),
  stepCount: z.number().default(0),
  /** The first step that is not known to have taken effect. */
  cursor: z.number().default(0),
  /** The request that may be under way or have taken effect. */
  sending: z.object({ step: z.string(), until: z.number() }).optional(),
  /** How often the present step was sent. */
  sends: z.number().default(0),
  /** Whether any request may have had an effect so far. */
  everSent: z.boolean().default(false),
  replans: z.number().default(0),
  /** The earliest start, after Apple has refused the day before. */
  postponedTo: z.string().optional(),
  /** The audit keys of every plan it has begun with, oldest first. */
  planKeys: z.array(z.string()).default([]),
  /** `by` is a claim; `origin` leads to the proof. */
  approval: z
    .object({ by: z.string(), at: z.number(), planSha256: z.string(), origin: originSchema.optional() })
    .optional(),
  /** How the request arrived. */
  origin: originSchema.optional(),
  problems: z.array(problemSchema).default([]),
  /** Why it ended as it did, in words. */
  outcome: z.string().optional(),
  owed: z.array(owedEventSchema).default([]),
});

export type ChangeRecord = z.output<typeof changeRecordSchema>;

/** Nothing more happens to it. */
export const isOver = ({ state }: Pick<ChangeRecord, 'state'>): boolean =>
  state === 'applied' || state === 'rejected' || state === 'failed' || state === 'unsettled';

/** pk = `product#<product key>`: who may write this product's prices. */
export const productRecordSchema = z.object({
  rev: z.number(),
  /** Grows with each lease: whoever has an older one can write nothing more. */
  fence: z.number(),
  leaseUntil: z.number().default(0),
  /** The change that holds the product; it is settled before any other begins. */
  holder: z.string().optional(),
  /** The place of the newest change that was begun: an older one no longer may. */
  startedSeq: z.number().default(0),
});

export type ProductRecord = z.output<typeof productRecordSchema>;
