import * as z from 'zod';
import { PRICE_CHANGE_EVENT_TYPES } from '../../events/event-types.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { problemSchema } from '../../platform/validation/outcome-schema.ts';
import { approvalSchema, closingSchema, originSchema } from '../request/origin.ts';
import { storedRequestSchema } from '../request/price-request.ts';
import { productLabelSchema } from '../request/product-schemas.ts';

export const CHANGE_STATES = [
  'accepted',
  'planned',
  'sending',
  /** Apple has acknowledged every request, but does not show every price yet. */
  'verifying',
  'applied',
  'rejected',
  'failed',
  'unsettled',
  /** The approver said no. */
  'declined',
  /** The requester took it back before anything was sent. */
  'withdrawn',
] as const;

export type ChangeState = (typeof CHANGE_STATES)[number];

const owedEventSchema = z.object({
  /** Derived from the change and what is told, so that consumers can drop repeats. */
  id: z.string(),
  detailType: z.enum(PRICE_CHANGE_EVENT_TYPES),
  detail: z.record(z.string(), z.unknown()),
});

export type PendingPriceEvent = z.output<typeof owedEventSchema>;

/**
 * The requests that may be under way or have taken effect without an answer: the ids of their steps, and when the
 * last of them has certainly ended. Records of the version before name a single `step`.
 */
const waveSchema = z.union([
  z.object({ steps: z.array(z.string()).min(1), until: z.number() }),
  z
    .object({ step: z.string(), until: z.number() })
    .transform(({ step, until }) => ({ steps: [step], until })),
]);

/** What Apple has definitely refused of the present plan. Stored, as other steps of its wave may still be open. */
const refusalSchema = z.object({
  problems: z.array(problemSchema),
  /** Apple only objects to the start date: the earliest day that it names, or the next one. */
  earliestDay: z.string().optional(),
  /** Apple takes no second scheduled price in a territory: the first one has to be removed before. */
  secondScheduledPrice: z.boolean().default(false),
});

export type Refusal = z.output<typeof refusalSchema>;

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
  /** What people call the product, once it is known. */
  label: productLabelSchema.optional(),
  /** Its place among the changes of its product. */
  seq: z.number(),
  acceptedAt: z.number(),
  /** When it last moved. Events that are sent later do not move it, nor does its way back, which is a change of its own. */
  movedAt: z.number(),
  /** Of the product's lease under which it was last taken. */
  fence: z.number().default(0),
  planSha256: z.string().optional(),
  planKey: z.string().optional(),
  stepCount: z.number().default(0),
  /** The index of the first step that is not settled. Settled: acknowledged by Apple, or seen in effect. */
  cursor: z.number().default(0),
  /** The ids of steps behind the cursor that are settled as well: the answers of a wave come in any order. */
  settledAhead: z.array(z.string()).default([]),
  /** The present wave. Its answers are stored by the next write of the record. */
  sending: waveSchema.optional(),
  /**
   * Apple's ids of requests that it acknowledged, which its support asks for: of each wave the first one. `step` is the
   * id of the step; an earlier plan may have had the same.
   */
  acknowledgments: z.array(z.object({ step: z.string(), requestId: z.string() })).default([]),
  /** By step id: how often it was sent in vain, as Apple showed no effect of it afterwards. */
  vainSends: z.record(z.string(), z.number()).default({}),
  refusal: refusalSchema.optional(),
  /** What is settled of earlier plans: never sent again, and part of the final read-back. */
  settledBefore: z.array(z.object({ planKey: z.string(), steps: z.array(z.string()) })).default([]),
  /**
   * Territories of which Apple had shown the new price when the change let go of its product, to wait for an approval of the
   * rest. A later change may have priced them since: the final read-back leaves them out.
   */
  shownBefore: z.array(z.string()).optional(),
  /** Whether any request may have had an effect so far. */
  everSent: z.boolean().default(false),
  replans: z.number().default(0),
  /** The earliest start, after Apple has refused the day before. */
  postponedTo: z.string().optional(),
  /** Apple has refused a second scheduled price: scheduled ones are removed before a new one is sent. */
  removesScheduled: z.boolean().default(false),
  /** Read-backs after the last answer: when they began, how many there were, and when the next one is due. */
  verification: z.object({ since: z.number(), looks: z.number(), nextAt: z.number() }).optional(),
  /** Why the change does not go on at present, and since when. */
  waiting: z.object({ reason: z.string(), since: z.number() }).optional(),
  /** The audit keys of every plan it has begun with, oldest first. */
  planKeys: z.array(z.string()).default([]),
  /** `by` is a claim; `origin` leads to the proof. */
  approval: approvalSchema.optional(),
  /** Who declined or withdrew it. */
  closing: closingSchema.optional(),
  /** Of a temporary price of a subscription: its way back, which is a change of its own. */
  wayBack: z
    .object({
      /** The first day without the temporary price. */
      on: z.string(),
      attempts: z.number(),
      /** The change that goes back, and when it was asked for. */
      changeId: z.string().optional(),
      at: z.number().optional(),
      /** Territories that keep the temporary price, as Apple does not take the price of before there any more. */
      left: z.array(z.string()).optional(),
      /** How it ended, in words; absent while it is owed. */
      outcome: z.string().optional(),
    })
    .optional(),
  /** How the request arrived. */
  origin: originSchema.optional(),
  problems: z.array(problemSchema).default([]),
  /** Why it ended as it did, in words. */
  outcome: z.string().optional(),
  owed: z.array(owedEventSchema).default([]),
});

export type ChangeRecord = z.output<typeof changeRecordSchema>;

const FINAL_STATES: ReadonlySet<ChangeState> = new Set<ChangeState>([
  'applied',
  'rejected',
  'failed',
  'unsettled',
  'declined',
  'withdrawn',
]);

/** Nothing more happens to it. */
export const isOver = ({ state }: Pick<ChangeRecord, 'state'>): boolean => FINAL_STATES.has(state);

/** A temporary price of the change is still to be taken back. */
export const owesWayBack = ({ wayBack }: Pick<ChangeRecord, 'wayBack'>): boolean =>
  wayBack !== undefined && wayBack.outcome === undefined;

/** For people: how far the way back of a temporary price is. */
export function wayBackState({
  wayBack,
  request: { until, product },
}: Pick<ChangeRecord, 'wayBack' | 'request'>): string | undefined {
  if (wayBack === undefined) {
    if (until === undefined) return undefined;
    return product.kind === 'subscription'
      ? `temporary until ${until}`
      : `temporary until ${until}; the same request to Apple holds its end`;
  }
  const { on, changeId, outcome } = wayBack;
  if (outcome !== undefined) return `temporary until ${on}; ${outcome}`;
  return changeId === undefined
    ? `temporary until ${on}; the way back is asked for once the price has started`
    : `temporary until ${on}; ${changeId} takes it back`;
}

/**
 * Since when a change waits for this reason, as far as that is stored; `undefined` where it waits for none or for another.
 * Apple names each refused request by another id; it is the same trouble all the same.
 */
export const waitsSince = (
  { waiting }: Pick<ChangeRecord, 'waiting'>,
  reason: string,
): EpochMillis | undefined =>
  waiting !== undefined && withoutIds(waiting.reason) === withoutIds(reason) ? waiting.since : undefined;
const withoutIds = (reason: string): string => reason.replace(/ \(Apple's request id [^)]*\)/g, '');

/** The requester's limit in time has passed. */
export const isTooLate = ({ request }: Pick<ChangeRecord, 'request'>, now: EpochMillis): boolean =>
  request.notAfter !== undefined && now > Date.parse(request.notAfter);

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
  /** Changes that ended `unsettled`: Apple acknowledged writes that it did not show. They may still take effect. */
  unshown: z.array(z.object({ changeId: z.string(), at: z.number() })).default([]),
});

export type ProductRecord = z.output<typeof productRecordSchema>;
