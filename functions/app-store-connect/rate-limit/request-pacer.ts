import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { movePace, type PaceTable, type SawItem } from './pace-item.ts';
import {
  ATTEMPTS,
  type Pass,
  PERMIT_MILLIS,
  pacedUntilIn,
  permitMillisOf,
  type Usable,
  usablePermits,
} from './permit.ts';
import type { ReadPriority } from './read-priority.ts';
import { createRequestBursts } from './request-burst.ts';

/**
 * Requests per minute where Apple has stated no limit. About 300 to 350 reads of one key are reported to draw 429;
 * on price writes Apple states 250 (`user-minute-lim:250`). A stated limit replaces the assumption.
 */
export const ASSUMED_MINUTE_LIMIT: Record<ReadPriority, number> = {
  check: 250,
  price: 250,
  today: 300,
  backfill: 300,
};
/**
 * How far a key may run ahead of its pace after a quiet time: a tenth of the limit at once. With permits that
 * lapse after four seconds, no rolling minute holds more than 0.1 + 0.8 × 64/60 = 95 % of the limit.
 */
const AHEAD_MILLIS = 7_500;
const PRICE_AHEAD_MILLIS = AHEAD_MILLIS + 3_500;
/**
 * How permits are reserved. `ahead`: how far its first permits may run ahead of the pace; `queue`: how far ahead
 * of the clock the pace may be spoken for by then; `batch`: permits a write at most. Today's work queues behind
 * itself, always beyond the point where backfill is let in; so backfill gets what today's work leaves. A price goes
 * before today's work: it may run further ahead, by so much that a rolling minute still holds no more than the limit
 * (0.8 × (11 + 64) / 60), and queues beyond the point where today's work is let in. A key check queues beyond the point where
 * prices are let in, by one permit of a limit of two requests per minute: so it finds a place whenever it comes.
 */
export const RESERVATION: Record<ReadPriority, { ahead: number; queue: number; batch: number }> = {
  check: { ahead: AHEAD_MILLIS, queue: 140_000, batch: 4 },
  price: { ahead: PRICE_AHEAD_MILLIS, queue: 100_000, batch: 4 },
  today: { ahead: AHEAD_MILLIS, queue: AHEAD_MILLIS + 8_000, batch: 6 },
  backfill: { ahead: AHEAD_MILLIS / 4, queue: AHEAD_MILLIS, batch: 4 },
};
/** How long a caller waits before it asks again, where the queue has no place. */
const FULL_MILLIS = 5_000;

/** Paces the requests of each key, shared by all functions that use it. */
export type RequestPacer = {
  /** @param minuteLimit as it is known by each write: requests of one worker wait for each other's writes */
  pass(keyId: string, priority: ReadPriority, minuteLimit: () => number): Promise<Pass>;
};

/** Permits that this worker has reserved: good from one moment to another. */
type Batch = Usable & { used: number; from: EpochMillis };

/**
 * The pace of each key, kept in one attribute of the key's item: `pacedUntil`, the moment until which its permits
 * are spoken for. Reserving moves it on by one conditional write (the generic cell rate algorithm, ITU-T I.371);
 * who comes while it is ahead of the clock reserves permits of a later moment and waits for that, in order.
 *
 * Batches follow a worker's own speed, so a busy worker writes once for six requests and a slow one reserves no
 * more than it uses. A price finds its turn within seconds even where today's work waits. A pace that is further ahead than
 * any queue lets it be is that of a clock gone wrong, and then a price goes at once.
 */
export function createRequestPacer(options: PaceTable & { clock: Clock; sawItem: SawItem }): RequestPacer {
  const { clock } = options;
  const batches = new Map<string, Batch>();
  const reserving = oneAtATime<Batch | undefined>();
  const pacedUntil = new Map<string, EpochMillis>();
  const bursts = createRequestBursts({ ...options, pacedUntil });

  /** Reserves permits by one write: from when on they are good; `undefined` where there was no room for them. */
  const reserve = async (keyId: string, priority: ReadPriority, count: number, minuteLimit: () => number) => {
    const { ahead, queue } = RESERVATION[priority];
    for (let attempt = 1; ; attempt += 1) {
      const now = clock.now();
      const millis = count * permitMillisOf(minuteLimit());
      const { won, item } = await movePace(options, keyId, {
        ...{ now, pacedUntil: pacedUntil.get(keyId) ?? 0, millis },
        latest: now + queue - millis,
      });
      const until = pacedUntilIn(item);
      pacedUntil.set(keyId, until);
      options.sawItem(keyId, item);
      if (won) return Math.max(now, until - ahead);
      const full = until + millis > clock.now() + queue;
      if (full || attempt === ATTEMPTS) return undefined;
    }
  };

  const refillBatch = (
    keyId: string,
    priority: ReadPriority,
    minuteLimit: () => number,
  ): Promise<Batch | undefined> =>
    reserving(keyId, async () => {
      const count = Math.min(nextBatch(batches.get(keyId), clock.now()), RESERVATION[priority].batch);
      const from = await reserve(keyId, priority, count, minuteLimit);
      if (from === undefined) return undefined;
      const batch = { ...usablePermits(count, from, clock.now()), used: 0, from };
      batches.set(keyId, batch);
      return batch;
    });

  /** Whether the pace is where no queue reaches: a clock went wrong. */
  // mutation: pacer-full-is-wrong
  const isBeyondAll = (keyId: string): boolean =>
    (pacedUntil.get(keyId) ?? 0) > clock.now() + RESERVATION.check.queue;

  /** When to ask again where no place is left. */
  const fullUntil = (keyId: string, priority: ReadPriority): EpochMillis | undefined =>
    priority === 'price' && isBeyondAll(keyId) ? undefined : clock.now() + FULL_MILLIS;

  /** The permits that this worker has reserved and may still use. */
  const openBatch = (keyId: string, priority: ReadPriority): Batch | undefined => {
    const batch = batches.get(keyId);
    if (batch === undefined || batch.left === 0 || clock.now() >= batch.lapsesAt) return undefined;
    // Of a pace that was ahead by another clock.
    return batch.from > clock.now() + RESERVATION[priority].queue ? undefined : batch;
  };

  return {
    pass: async (keyId, priority, minuteLimit) => {
      const burst = priority === 'price' ? await bursts.pass(keyId, minuteLimit) : undefined;
      if (burst !== undefined) return burst;
      for (;;) {
        const batch = openBatch(keyId, priority);
        if (batch !== undefined) {
          if (clock.now() < batch.from) return { retryAt: batch.from };
          batch.left -= 1;
          batch.used += 1;
          return { retryAt: undefined };
        }
        if ((await refillBatch(keyId, priority, minuteLimit)) === undefined)
          return { retryAt: fullUntil(keyId, priority) };
      }
    },
  };
}

/** Twice the last batch where it was used up in time, else as many as were used of it. */
function nextBatch(before: Batch | undefined, now: EpochMillis): number {
  if (before === undefined || now >= before.lapsesAt + PERMIT_MILLIS) return 1;
  return Math.max(1, before.left === 0 ? before.used * 2 : before.used);
}
