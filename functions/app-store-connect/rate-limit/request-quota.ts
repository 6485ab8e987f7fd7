import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { conditionalUpdate, type RawItem, UNCONDITIONAL } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { RateLimit, RequestCounter } from './rate-limit-header.ts';
import type { ReadPriority } from './read-priority.ts';
import { ASSUMED_MINUTE_LIMIT, createRequestPacer } from './request-pacer.ts';

/**
 * The share of the hourly limit that is left untouched: backfill stops long before today's reports are held up, and
 * those long before a price. A key check may take half of what prices leave. The rest is spent on asking whether the
 * hour has rolled on, so that asking draws no 429 either: five workers, every five minutes, for less than an hour.
 */
// mutation: quota-reserve
export const HOUR_RESERVE: Record<ReadPriority, number> = {
  check: 0.01,
  price: 0.02,
  today: 0.1,
  backfill: 0.25,
};
/** The same for a minute that Apple itself counts. Smaller: the pace alone leaves a twentieth of it. */
const MINUTE_RESERVE: Record<ReadPriority, number> = { check: 0, price: 0, today: 0.04, backfill: 0.1 };

/** An observation is believed this long; then one more call may ask again, as the hour rolls on. */
const HOUR_BELIEVED_MILLIS: Record<ReadPriority, number> = {
  check: 5 * MINUTE_MILLIS,
  price: 5 * MINUTE_MILLIS,
  today: 10 * MINUTE_MILLIS,
  backfill: 10 * MINUTE_MILLIS,
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

const hourSchema = z.object({ limit: z.number(), remaining: z.number(), observedAt: z.number() });
/** Items of earlier versions count the minute from the hour's `observedAt`. */
const minuteSchema = z.object({
  minute: z.object({ limit: z.number(), remaining: z.number(), observedAt: z.number().optional() }),
  observedAt: z.number().optional(),
});

type Observed = RequestCounter & { observedAt: EpochMillis };
/** What Apple has last said of each counter. It states them in different responses. */
type Observation = { hour?: Observed; minute?: Observed };

function observationIn(item: RawItem | undefined): Observation {
  const hour = hourSchema.safeParse(item).data;
  const found = minuteSchema.safeParse(item).data;
  const minuteAt = found?.minute.observedAt ?? found?.observedAt;
  return {
    ...(hour !== undefined && { hour }),
    ...(found !== undefined &&
      minuteAt !== undefined && { minute: { ...found.minute, observedAt: minuteAt } }),
  };
}

const newer = (a: Observed | undefined, b: Observed | undefined): Observed | undefined =>
  (b?.observedAt ?? 0) >= (a?.observedAt ?? 0) ? b : a;

const merged = (a: Observation, b: Observation): Observation => {
  const [hour, minute] = [newer(a.hour, b.hour), newer(a.minute, b.minute)];
  return { ...(hour !== undefined && { hour }), ...(minute !== undefined && { minute }) };
};

/**
 * The request quota of each key, shared by all functions through one item of the table `RateBudget`
 * (pk = `key#<key ID>`): what Apple said is left of the hour, and the pace within a minute (request-pacer.ts).
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
  const learn = (keyId: string, observation: Observation): void => {
    // mutation: quota-observation
    known.set(keyId, merged(known.get(keyId) ?? {}, observation));
  };
  const pacer = createRequestPacer({
    ...{ ...options, keyOf: itemKey },
    sawItem: (keyId, item) => learn(keyId, observationIn(item)),
  });
  const share = async (
    keyId: string,
    set: Record<string, unknown>,
    condition: string,
    now: EpochMillis,
  ): Promise<void> => {
    const expiresAt = Math.floor(now / 1000) + KEPT_SECONDS;
    await conditionalUpdate(documents, {
      table,
      key: itemKey(keyId),
      set: { ...set, expiresAt },
      condition,
      ...(condition.includes(':observedNow') && { values: { observedNow: now } }),
    });
  };

  return {
    retryAt: async (keyId, priority) => {
      const own = known.get(keyId) ?? {};
      const held = heldByCount(own, priority, clock.now());
      // What was seen a moment ago needs no write to be believed.
      const seenAt = Math.max(own.hour?.observedAt ?? 0, own.minute?.observedAt ?? 0);
      if (held !== undefined && clock.now() - seenAt < SHARE_EVERY_MILLIS) return held;
      const minuteLimit = () => known.get(keyId)?.minute?.limit ?? ASSUMED_MINUTE_LIMIT[priority];
      const pass = await pacer.pass(keyId, priority, minuteLimit);
      return heldByCount(known.get(keyId) ?? {}, priority, clock.now()) ?? pass.retryAt;
    },
    observe: async (keyId, { hour, minute }) => {
      const now = clock.now();
      const news = minute !== undefined && minute.limit !== known.get(keyId)?.minute?.limit;
      learn(keyId, {
        ...(hour !== undefined && { hour: { ...hour, observedAt: now } }),
        ...(minute !== undefined && { minute: { ...minute, observedAt: now } }),
      });
      const scarce =
        isScarce(hour, 2 * HOUR_RESERVE.backfill) || isScarce(minute, MINUTE_RESERVE.backfill) || news;
      if (!scarce && now - (sharedAt.get(keyId) ?? 0) < SHARE_EVERY_MILLIS) return;
      sharedAt.set(keyId, now);
      const minuteItem = minute === undefined ? {} : { minute: { ...minute, observedAt: now } };
      const notOlder = 'attribute_not_exists(#observedAt) OR #observedAt <= :observedNow';
      if (hour !== undefined) await share(keyId, { ...hour, ...minuteItem, observedAt: now }, notOlder, now);
      else await share(keyId, minuteItem, UNCONDITIONAL, now);
    },
  };
}

const isScarce = (counter: RequestCounter | undefined, share: number): boolean =>
  counter !== undefined && counter.remaining <= counter.limit * share;

/** Until when Apple's own count keeps a request of this priority back. */
function heldByCount(
  { hour, minute }: Observation,
  priority: ReadPriority,
  now: EpochMillis,
): EpochMillis | undefined {
  // mutation: quota-hour
  const hourUntil =
    hour !== undefined && isScarce(hour, HOUR_RESERVE[priority])
      ? hour.observedAt + HOUR_BELIEVED_MILLIS[priority]
      : 0;
  // mutation: quota-minute
  const minuteUntil =
    minute !== undefined && isScarce(minute, MINUTE_RESERVE[priority])
      ? minute.observedAt + MINUTE_BELIEVED_MILLIS
      : 0;
  const until = Math.max(hourUntil, minuteUntil);
  return until > now ? until : undefined;
}
