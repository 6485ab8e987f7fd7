import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import {
  type ConditionalResult,
  conditionalUpdate,
  type RawItem,
} from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import type { ReadPriority } from './read-priority.ts';

/**
 * Requests per minute where Apple has stated no limit. About 300 to 350 reads of one key are reported to draw 429;
 * on price writes Apple states 250 (`user-minute-lim:250`). A stated limit replaces the assumption.
 */
export const ASSUMED_MINUTE_LIMIT: Record<ReadPriority, number> = { price: 250, today: 300, backfill: 300 };
/** The share of a minute's limit that is used: 240 of 300, 200 of 250. */
// mutation: pacer-used-share
const USED_SHARE = 0.8;
/**
 * How far a key may run ahead of its pace after a quiet time: a tenth of the limit at once. With permits that
 * lapse after four seconds, no rolling minute holds more than 0.1 + 0.8 × 64/60 = 95 % of the limit.
 */
const AHEAD_MILLIS = 7_500;
const PERMIT_MILLIS = 4_000;
const PRICE_AHEAD_MILLIS = AHEAD_MILLIS + 3_500;
/** After so long without a request a key's minute is clean: prices may use what a minute allows at once. */
// mutation: pacer-clean-minute
const CLEAN_MILLIS = 60_000 + PERMIT_MILLIS;
/** A burst is used within a minute; what is left of it then is void. */
const BURST_MILLIS = 60_000;
/**
 * How much of a minute's limit a burst may hold: 230 of 250. The pace that follows it is what bounds every minute (60 + 11 + 4
 * seconds of permits, the limit), so that a larger burst only lets the same requests go earlier.
 */
// mutation: pacer-burst-share
const BURST_SHARE = 0.92;
/** So many permits of a burst are taken by one write at most. */
const BURST_BATCH = 12;
/**
 * How permits are reserved. `ahead`: how far its first permits may run ahead of the pace; `queue`: how far ahead
 * of the clock the pace may be spoken for by then; `batch`: permits a write at most. Today's work queues behind
 * itself, always beyond the point where backfill is let in; so backfill gets what today's work leaves. A price goes
 * before today's work: it may run further ahead, by so much that a rolling minute still holds no more than the limit
 * (0.8 × (11 + 64) / 60), and queues beyond the point where today's work is let in.
 */
export const RESERVATION: Record<ReadPriority, { ahead: number; queue: number; batch: number }> = {
  price: { ahead: PRICE_AHEAD_MILLIS, queue: 100_000, batch: 4 },
  today: { ahead: AHEAD_MILLIS, queue: AHEAD_MILLIS + 8_000, batch: 6 },
  backfill: { ahead: AHEAD_MILLIS / 4, queue: AHEAD_MILLIS, batch: 4 },
};
/** Others may win the race for the same write; more often is another fault. */
const ATTEMPTS = 4;
/** How long one request takes of a key's pace. */
export const permitMillisOf = (minuteLimit: number): number =>
  Math.max(1, Math.round(60_000 / (minuteLimit * USED_SHARE)));
/** Who finds no place in the queue asks again after so long. */
const FULL_MILLIS = 5_000;
/** Items of keys that are no longer used disappear. */
const KEPT_SECONDS = 7 * 24 * 3600;

const itemSchema = z.object({ pacedUntil: z.number() });
const burstSchema = z.object({ burstUntil: z.number() });
/** A minute's limit that Apple has stated to any function; who has just begun does not know it yet. */
const statedSchema = z.object({ minute: z.object({ limit: z.number() }) });

export type Pass = {
  /** `undefined`: go ahead. Otherwise the moment from which to ask again. */
  retryAt: EpochMillis | undefined;
  /** The key's item as it was written or read on the way, if it was. */
  item: RawItem | undefined;
};

/** Paces the requests of each key, shared by all functions that use it. */
export type RequestPacer = {
  pass(keyId: string, priority: ReadPriority, minuteLimit: number): Promise<Pass>;
};

/** Permits that this worker has reserved: good from one moment to another. */
type Batch = { left: number; used: number; from: EpochMillis; lapsesAt: EpochMillis };

/** Permits of a burst that one write took, and the key's item as it was seen then. */
type BurstPermits = { count: number; item: RawItem | undefined };

/**
 * The pace of each key, kept in one attribute of the key's item: `pacedUntil`, the moment until which its permits
 * are spoken for. Reserving moves it on by one conditional write (the generic cell rate algorithm, ITU-T I.371);
 * who comes while it is ahead of the clock reserves permits of a later moment and waits for that, in order.
 *
 * Where a key's minute is clean, prices may use at once what a minute allows: a burst. Its permits move the pace on like all
 * others, only without waiting for it, until everybody's permits since its beginning are worth what a burst may hold. So whoever
 * comes after it waits as long as its permits are worth, and the bound of every 60 seconds is that of the pace: (60 + 11 + 4)
 * seconds of permits, which is the limit.
 *
 * Batches follow a worker's own speed, so a busy worker writes once for six requests and a slow one reserves no
 * more than it uses. A price finds its turn within seconds even where today's work waits; no place in its queue means
 * that the pace is ahead of any honest one, as a clock went wrong, and then it goes at once.
 */
export function createRequestPacer(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
  keyOf: (keyId: string) => Record<string, string>;
}): RequestPacer {
  const { documents, table, clock, keyOf } = options;
  const batches = new Map<string, Batch>();
  const pacedUntil = new Map<string, EpochMillis>();
  const burstUntil = new Map<string, EpochMillis>();
  const bursts = new Map<string, { left: number; lapsesAt: EpochMillis }>();
  const refills = new Map<string, Promise<BurstPermits>>();

  /** Moves the pace on: from where it stands if that is ahead of the clock, else from now. */
  const move = async (keyId: string, millis: number, queueMillis: number): Promise<ConditionalResult> => {
    const now = clock.now();
    const expiresAt = Math.floor(now / 1000) + KEPT_SECONDS;
    const idle = (pacedUntil.get(keyId) ?? 0) < now;
    const result = await conditionalUpdate(documents, {
      table,
      key: keyOf(keyId),
      ...(idle
        ? {
            set: { pacedUntil: now + millis, expiresAt },
            condition: 'attribute_not_exists(#pacedUntil) OR #pacedUntil < :now',
            values: { now },
          }
        : {
            set: { expiresAt },
            add: { pacedUntil: millis },
            condition: '#pacedUntil BETWEEN :now AND :latest',
            values: { now, latest: now + queueMillis - millis },
          }),
    });
    pacedUntil.set(keyId, itemSchema.safeParse(result.item).data?.pacedUntil ?? 0);
    return result;
  };

  const reserve = async (keyId: string, priority: ReadPriority, count: number, permitMillis: number) => {
    const { ahead, queue } = RESERVATION[priority];
    for (let attempt = 1; ; attempt += 1) {
      const { won, item } = await move(keyId, count * permitMillis, queue);
      const until = pacedUntil.get(keyId) ?? 0;
      if (won) return { from: until - ahead, item };
      const full = until + count * permitMillis > clock.now() + queue;
      if (full || attempt === ATTEMPTS) return { from: undefined, item };
    }
  };

  const learn = (keyId: string, item: RawItem | undefined): void => {
    pacedUntil.set(keyId, itemSchema.safeParse(item).data?.pacedUntil ?? 0);
    burstUntil.set(keyId, burstSchema.safeParse(item).data?.burstUntil ?? 0);
  };

  /** Opens a burst where the key's minute is clean. `undefined`: it is known not to be. */
  const openBurst = async (keyId: string, permitMillis: number): Promise<ConditionalResult | undefined> => {
    const now = clock.now();
    if ((pacedUntil.get(keyId) ?? 0) > now - CLEAN_MILLIS) return undefined;
    const opened = await conditionalUpdate(documents, {
      table,
      key: keyOf(keyId),
      set: {
        pacedUntil: now + BURST_BATCH * permitMillis,
        burstUntil: now + BURST_MILLIS,
        expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
      },
      condition: 'attribute_not_exists(#pacedUntil) OR #pacedUntil <= :clean',
      values: { clean: now - CLEAN_MILLIS },
    });
    learn(keyId, opened.item);
    return opened;
  };

  /** Takes permits of the burst that is open. `count`: how many; none where it is used up, or not open any more. */
  const takeOfBurst = async (keyId: string, total: number, permitMillis: number): Promise<BurstPermits> => {
    let item: RawItem | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const now = clock.now();
      const until = burstUntil.get(keyId) ?? 0;
      const paced = pacedUntil.get(keyId) ?? 0;
      // What everybody has reserved since the burst began counts, whether it was of the burst or not.
      const bound = until - BURST_MILLIS + total * permitMillis;
      // mutation: pacer-burst-others
      const count = Math.min(BURST_BATCH, Math.floor((bound - Math.max(now, paced)) / permitMillis));
      if (until <= now || count < 1) return { count: 0, item };
      const millis = count * permitMillis;
      const expiresAt = Math.floor(now / 1000) + KEPT_SECONDS;
      const taken = await conditionalUpdate(documents, {
        table,
        key: keyOf(keyId),
        ...(paced < now
          ? {
              set: { pacedUntil: now + millis, expiresAt },
              condition: '#burstUntil = :open AND #pacedUntil < :now',
              values: { open: until, now },
            }
          : {
              set: { expiresAt },
              add: { pacedUntil: millis },
              condition: '#burstUntil = :open AND #pacedUntil BETWEEN :now AND :latest',
              values: { open: until, now, latest: bound - millis },
            }),
      });
      learn(keyId, taken.item);
      item = taken.item;
      if (taken.won) return { count, item };
    }
    return { count: 0, item };
  };

  /** One reservation at a time: requests that start together share its permits, so that none are lost. */
  const refillBurst = (keyId: string, minuteLimit: number): Promise<BurstPermits> => {
    const refill = async (): Promise<BurstPermits> => {
      try {
        const opened = await openBurst(keyId, permitMillisOf(minuteLimit));
        // mutation: pacer-stated-limit
        const limit = statedSchema.safeParse(opened?.item).data?.minute.limit ?? minuteLimit;
        const permitMillis = permitMillisOf(limit);
        const total = Math.floor(limit * BURST_SHARE);
        const permits = opened?.won
          ? { count: BURST_BATCH, item: opened.item }
          : await takeOfBurst(keyId, total, permitMillis);
        if (permits.count > 0)
          bursts.set(keyId, { left: permits.count, lapsesAt: clock.now() + PERMIT_MILLIS });
        return permits;
      } finally {
        refills.delete(keyId);
      }
    };
    const underWay = refills.get(keyId) ?? refill();
    refills.set(keyId, underWay);
    return underWay;
  };

  const passInBurst = async (keyId: string, minuteLimit: number): Promise<Pass | undefined> => {
    for (let item: RawItem | undefined; ; ) {
      const own = bursts.get(keyId);
      if (own !== undefined && own.left > 0 && clock.now() < own.lapsesAt) {
        own.left -= 1;
        return { retryAt: undefined, item };
      }
      const permits = await refillBurst(keyId, minuteLimit);
      if (permits.count === 0) return undefined;
      item = permits.item;
    }
  };

  return {
    pass: async (keyId, priority, minuteLimit) => {
      const burst = priority === 'price' ? await passInBurst(keyId, minuteLimit) : undefined;
      if (burst !== undefined) return burst;
      const permitMillis = permitMillisOf(minuteLimit);
      let batch = batches.get(keyId);
      let item: RawItem | undefined;
      const { queue, batch: maximum } = RESERVATION[priority];
      const early = batch !== undefined && batch.from > clock.now() + queue;
      if (batch === undefined || batch.left === 0 || clock.now() >= batch.lapsesAt || early) {
        const count = Math.min(nextBatch(batch, clock.now()), maximum);
        const reserved = await reserve(keyId, priority, count, permitMillis);
        item = reserved.item;
        if (reserved.from === undefined)
          return { retryAt: priority === 'price' ? undefined : clock.now() + FULL_MILLIS, item };
        const from = Math.max(clock.now(), reserved.from);
        batch = { left: count, used: 0, from, lapsesAt: from + PERMIT_MILLIS };
        batches.set(keyId, batch);
      }
      if (clock.now() < batch.from) return { retryAt: batch.from, item };
      batch.left -= 1;
      batch.used += 1;
      return { retryAt: undefined, item };
    },
  };
}

/** Twice the last batch where it was used up in time, else as many as were used of it. */
function nextBatch(before: Batch | undefined, now: EpochMillis): number {
  if (before === undefined || now >= before.lapsesAt + PERMIT_MILLIS) return 1;
  return Math.max(1, before.left === 0 ? before.used * 2 : before.used);
}
