import * as z from 'zod';
import type { ConditionalResult, RawItem } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { movePace, type PaceTable, type SawItem, writePace } from './pace-item.ts';
import {
  ATTEMPTS,
  type Pass,
  PERMIT_MILLIS,
  pacedUntilIn,
  permitMillisOf,
  type Usable,
  usablePermits,
} from './permit.ts';

/** After so long without a request a key's minute is clean: prices may use what a minute allows at once. */
// mutation: pacer-clean-minute
const CLEAN_MILLIS = MINUTE_MILLIS + PERMIT_MILLIS;
/** A burst is used within a minute; what is left of it then is void. */
const BURST_MILLIS = MINUTE_MILLIS;
/**
 * How much of a minute's limit a burst may hold: 230 of 250. The pace that follows it is what bounds every minute (60 + 11 + 4
 * seconds of permits, the limit), so that a larger burst only lets the same requests go earlier.
 */
// mutation: pacer-burst-share
const BURST_SHARE = 0.92;
/** So many permits of a burst are taken by one write at most, and no more than a share of it: a worker may need one. */
const BURST_BATCH = 12;
const BATCH_SHARE = 0.1;
const burstOf = (limit: number): number => Math.floor(limit * BURST_SHARE);
const batchOf = (limit: number): number =>
  Math.max(1, Math.min(BURST_BATCH, Math.floor(burstOf(limit) * BATCH_SHARE)));

const burstSchema = z.object({ burstUntil: z.number() });

/** Lets price requests go at once where a key's minute is clean. */
export type RequestBursts = {
  /** `undefined`: no burst is open, or it is used up; the request takes its turn in the pace. */
  pass(keyId: string, minuteLimit: () => number): Promise<Pass | undefined>;
};

/**
 * Where a key's minute is clean, prices may use at once what a minute allows: a burst. Its permits move the pace on like all
 * others, only without waiting for it, until everybody's permits since its beginning are worth what a burst may hold. So whoever
 * comes after it waits as long as its permits are worth, and the bound of every 60 seconds is that of the pace: (60 + 11 + 4)
 * seconds of permits, which is the limit.
 *
 * @param options.pacedUntil the pace of each key as it was last seen; shared with the pacer
 * @param options.sawItem told of a key's item as soon as a write has shown it
 */
export function createRequestBursts(
  options: PaceTable & { clock: Clock; pacedUntil: Map<string, EpochMillis>; sawItem: SawItem },
): RequestBursts {
  const { clock, pacedUntil } = options;
  const burstUntil = new Map<string, EpochMillis>();
  const bursts = new Map<string, Usable>();
  const taking = oneAtATime<number>();

  const learn = (keyId: string, item: RawItem | undefined): void => {
    pacedUntil.set(keyId, pacedUntilIn(item));
    burstUntil.set(keyId, burstSchema.safeParse(item).data?.burstUntil ?? 0);
    options.sawItem(keyId, item);
  };

  /** Opens a burst where the key's minute is clean. `undefined`: it is known not to be. */
  const openBurst = async (keyId: string, limit: number): Promise<ConditionalResult | undefined> => {
    const now = clock.now();
    if ((pacedUntil.get(keyId) ?? 0) > now - CLEAN_MILLIS) return undefined;
    const opened = await writePace(options, keyId, {
      now,
      set: { pacedUntil: now + batchOf(limit) * permitMillisOf(limit), burstUntil: now + BURST_MILLIS },
      condition: 'attribute_not_exists(#pacedUntil) OR #pacedUntil <= :clean',
      values: { clean: now - CLEAN_MILLIS },
    });
    learn(keyId, opened.item);
    return opened;
  };

  /** Takes permits of the burst that is open: how many; none where it is used up, or not open any more. */
  const takeOfBurst = async (keyId: string, minuteLimit: () => number): Promise<number> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const now = clock.now();
      const limit = minuteLimit();
      const permitMillis = permitMillisOf(limit);
      const until = burstUntil.get(keyId) ?? 0;
      const paced = pacedUntil.get(keyId) ?? 0;
      // What everybody has reserved since the burst began counts, whether it was of the burst or not.
      const bound = until - BURST_MILLIS + burstOf(limit) * permitMillis;
      // mutation: pacer-burst-others
      const count = Math.min(batchOf(limit), Math.floor((bound - Math.max(now, paced)) / permitMillis));
      if (until <= now || count < 1) return 0;
      const millis = count * permitMillis;
      const taken = await movePace(options, keyId, {
        ...{ now, pacedUntil: paced, millis, latest: bound - millis },
        burstUntil: until,
      });
      learn(keyId, taken.item);
      if (taken.won) return worthBy(count, limit, minuteLimit);
    }
    return 0;
  };

  const refillBurst = (keyId: string, minuteLimit: () => number): Promise<number> =>
    taking(keyId, async () => {
      const begunAt = clock.now();
      const limit = minuteLimit();
      const opened = await openBurst(keyId, limit);
      const count = opened?.won
        ? worthBy(batchOf(limit), limit, minuteLimit)
        : await takeOfBurst(keyId, minuteLimit);
      if (count > 0) bursts.set(keyId, usablePermits(count, begunAt, clock.now()));
      return count;
    });

  return {
    pass: async (keyId, minuteLimit) => {
      for (;;) {
        const reserved = bursts.get(keyId);
        if (reserved !== undefined && reserved.left > 0 && clock.now() < reserved.lapsesAt) {
          reserved.left -= 1;
          return { retryAt: undefined };
        }
        if ((await refillBurst(keyId, minuteLimit)) === 0) return undefined;
      }
    },
  };
}

/**
 * How many permits are worth what so many were reserved for: the write that reserves them shows what Apple has stated to any
 * function, which who has just begun did not know.
 */
function worthBy(count: number, assumedLimit: number, minuteLimit: () => number): number {
  // mutation: pacer-stated-limit
  const limit = minuteLimit();
  return worthOf(count, permitMillisOf(assumedLimit), permitMillisOf(limit));
}

// mutation: pacer-burst-opening
const worthOf = (count: number, reservedMillis: number, permitMillis: number): number =>
  Math.max(1, Math.min(count, Math.floor((count * reservedMillis) / permitMillis)));
