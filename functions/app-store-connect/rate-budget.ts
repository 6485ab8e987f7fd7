import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Clock, EpochMillis } from '../platform/clock.ts';
import { updateIf } from '../platform/conditional-write.ts';
import type { RateLimit } from './rate-limit.ts';

/** Price changes go before today's reports, and those before backfill. */
export type ReadPriority = 'price' | 'today' | 'backfill';

/**
 * The share of the hourly limit that reads leave untouched: a price write always finds room, and backfill
 * stops long before today's reports are held up.
 */
const RESERVED_SHARE: Record<ReadPriority, number> = { price: 0, today: 0.1, backfill: 0.25 };

/** An observation is believed this long; then one more call may ask again, as the hour rolls on. */
const BELIEVED_MILLIS = 10 * 60 * 1000;
/** How often an unremarkable count is written down for the other functions. */
const SHARE_EVERY_MILLIS = 5_000;
/** Items of keys that are no longer used disappear. */
const KEPT_SECONDS = 7 * 24 * 3600;

export type RateBudget = {
  /** `undefined`: go ahead. Otherwise the moment from which to try again. */
  heldUntil(keyId: string, priority: ReadPriority): Promise<EpochMillis | undefined>;
  /** Apple's own count, from the header of an answer. */
  observe(keyId: string, limit: RateLimit): Promise<void>;
};

const itemSchema = z.object({ limit: z.number(), remaining: z.number(), observedAt: z.number() });
type Observation = z.output<typeof itemSchema>;

/** The request budget of each key, shared by all functions through the table `RateBudget` (pk = `key#<key ID>`). */
export function createRateBudget(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): RateBudget {
  const { documents, table, clock } = options;
  const known = new Map<string, Observation>();
  const sharedAt = new Map<string, EpochMillis>();
  const itemKey = (keyId: string) => ({ pk: `key#${keyId}` });

  const latest = async (keyId: string): Promise<Observation | undefined> => {
    const mine = known.get(keyId);
    if (mine !== undefined && clock.now() - mine.observedAt < SHARE_EVERY_MILLIS) return mine;
    const { Item } = await documents.send(new GetCommand({ TableName: table, Key: itemKey(keyId) }));
    const shared = itemSchema.safeParse(Item);
    if (shared.success && shared.data.observedAt > (mine?.observedAt ?? 0)) known.set(keyId, shared.data);
    return known.get(keyId);
  };

  return {
    heldUntil: async (keyId, priority) => {
      const observation = await latest(keyId);
      if (observation === undefined || observation.remaining > reserveOf(observation, priority))
        return undefined;
      const until = observation.observedAt + BELIEVED_MILLIS;
      return until > clock.now() ? until : undefined;
    },
    observe: async (keyId, { limit, remaining }) => {
      const observation = { limit, remaining, observedAt: clock.now() };
      known.set(keyId, observation);
      const scarce = remaining <= 2 * reserveOf(observation, 'backfill');
      const due = observation.observedAt - (sharedAt.get(keyId) ?? 0) >= SHARE_EVERY_MILLIS;
      if (!scarce && !due) return;
      sharedAt.set(keyId, observation.observedAt);
      await updateIf(documents, {
        table,
        key: itemKey(keyId),
        set: { ...observation, expiresAt: Math.floor(observation.observedAt / 1000) + KEPT_SECONDS },
        condition: 'attribute_not_exists(#observedAt) OR #observedAt <= :observedNow',
        values: { observedNow: observation.observedAt },
      });
    },
  };
}

const reserveOf = ({ limit }: RateLimit, priority: ReadPriority): number =>
  Math.ceil(limit * RESERVED_SHARE[priority]);
