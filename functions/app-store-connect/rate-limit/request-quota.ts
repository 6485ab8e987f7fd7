import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { conditionalUpdate, type RawItem } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import type { RateLimit } from './rate-limit-header.ts';
import type { ReadPriority } from './read-priority.ts';
import { ASSUMED_MINUTE_LIMIT, createRequestPacer } from './request-pacer.ts';

/**
 * The share of the hourly limit that is left untouched: backfill stops long before today's reports are held up, and
 * those long before a price. What prices leave is spent on asking whether the hour has rolled on, so that asking
 * draws no 429 either: five workers, every five minutes, for less than an hour.
 */
export const HOUR_RESERVE: Record<ReadPriority, number> = { price: 0.02, today: 0.1, backfill: 0.25 };
/** The same for a minute that Apple itself counts. Smaller: the pace alone leaves a twentieth of it. */
const MINUTE_RESERVE: Record<ReadPriority, number> = { price: 0, today: 0.04, backfill: 0.1 };

/** An observation is believed this long; then one more call may ask again, as the hour rolls on. */
const HOUR_BELIEVED_MILLIS: Record<ReadPriority, number> = {
  price: 5 * 60_000,
  today: 10 * 60_000,
  backfill: 10 * 60_000,
};
const MINUTE_BELIEVED_MILLIS = 15_000;
/** How often an unremarkable count is written down for the other functions. */
const SHARE_EVERY_MILLIS = 5_000;
/** Items of keys that are no longer used disappear. */
const KEPT_SECONDS = 7 * 24 * 3600;

export type RequestQuota = {
  /** `undefined`: go ahead, the request is counted. Otherwise the moment from which to try again. */
  retryAt(keyId: string, priority: ReadPriority): Promise<EpochMillis | undefined>;
  /** Apple's own count, from the header of an answer. */
  observe(keyId: string, limit: RateLimit): Promise<void>;
};

const itemSchema = z.object({
  limit: z.number(),
  remaining: z.number(),
  minute: z.object({ limit: z.number(), remaining: z.number() }).optional(),
  observedAt: z.number(),
});
type Observation = z.output<typeof itemSchema>;

/**
 * The request budget of each key, shared by all functions through one item of the table `RateBudget`
 * (pk = `key#<key ID>`): what Apple said is left of the hour, and the pace within a minute (pace.ts).
 *
 * The write that reserves permits brings back what the others have observed, so nothing is read.
 */
export function createRequestQuota(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): RequestQuota {
  const { documents, table, clock } = options;
  const known = new Map<string, Observation>();
  const sharedAt = new Map<string, EpochMillis>();
  const itemKey = (keyId: string) => ({ pk: `key#${keyId}` });
  const pace = createRequestPacer({ ...options, keyOf: itemKey });

  const learn = (keyId: string, item: RawItem | undefined): void => {
    const shared = itemSchema.safeParse(item);
    if (shared.success && shared.data.observedAt > (known.get(keyId)?.observedAt ?? 0))
      known.set(keyId, shared.data);
  };

  return {
    retryAt: async (keyId, priority) => {
      const mine = known.get(keyId);
      const held = heldByCount(mine, priority, clock.now());
      // What was seen a moment ago needs no write to be believed.
      if (held !== undefined && clock.now() - (mine?.observedAt ?? 0) < SHARE_EVERY_MILLIS) return held;
      const pass = await pace.pass(keyId, priority, mine?.minute?.limit ?? ASSUMED_MINUTE_LIMIT);
      learn(keyId, pass.item);
      return heldByCount(known.get(keyId), priority, clock.now()) ?? pass.retryAt;
    },
    observe: async (keyId, { limit, remaining, minute }) => {
      const observation = { limit, remaining, minute, observedAt: clock.now() };
      known.set(keyId, observation);
      const scarce =
        remaining <= 2 * limit * HOUR_RESERVE.backfill ||
        (minute !== undefined && minute.remaining <= minute.limit * MINUTE_RESERVE.backfill);
      const due = observation.observedAt - (sharedAt.get(keyId) ?? 0) >= SHARE_EVERY_MILLIS;
      if (!scarce && !due) return;
      sharedAt.set(keyId, observation.observedAt);
      await conditionalUpdate(documents, {
        table,
        key: itemKey(keyId),
        set: { ...observation, expiresAt: Math.floor(observation.observedAt / 1000) + KEPT_SECONDS },
        condition: 'attribute_not_exists(#observedAt) OR #observedAt <= :observedNow',
        values: { observedNow: observation.observedAt },
      });
    },
  };
}

/** Until when Apple's own count keeps a request of this priority back. */
function heldByCount(
  observation: Observation | undefined,
  priority: ReadPriority,
  now: EpochMillis,
): EpochMillis | undefined {
  if (observation === undefined) return undefined;
  const { limit, remaining, minute, observedAt } = observation;
  const hour = remaining <= limit * HOUR_RESERVE[priority] ? observedAt + HOUR_BELIEVED_MILLIS[priority] : 0;
  const minuteHeld = minute !== undefined && minute.remaining <= minute.limit * MINUTE_RESERVE[priority];
  const until = Math.max(hour, minuteHeld ? observedAt + MINUTE_BELIEVED_MILLIS : 0);
  return until > now ? until : undefined;
}
