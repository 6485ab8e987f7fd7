import * as z from 'zod';
import type { RawItem } from '../../platform/aws/conditional-update.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';

/** The share of a minute's limit that is used: 240 of 300, 200 of 250. */
// mutation: pacer-used-share
const USED_SHARE = 0.8;
/** How long one request takes of a key's pace. */
export const permitMillisOf = (minuteLimit: number): number =>
  Math.max(1, Math.round(MINUTE_MILLIS / (minuteLimit * USED_SHARE)));
/** A permit that was not used within this time lapses. */
export const PERMIT_MILLIS = 4_000;

/** Permits that a worker may still use, and until when. */
export type Usable = { left: number; lapsesAt: EpochMillis };

/**
 * What is left of permits once the write that reserved them is answered. They are good from the moment that was reserved,
 * however long the answer takes. After a late answer one is used, so that whoever waits long for each answer goes on.
 *
 * @param from when the first of them was good: not before the write began
 */
// mutation: pacer-late-answer
export const usablePermits = (count: number, from: EpochMillis, now: EpochMillis): Usable =>
  now < from + PERMIT_MILLIS
    ? { left: count, lapsesAt: from + PERMIT_MILLIS }
    : { left: Math.min(1, count), lapsesAt: now + PERMIT_MILLIS };

/** Items of keys that are no longer used disappear. */
export const KEPT_SECONDS = 7 * 24 * 3600;

/** Others may win the race for the same write; more often is another fault. */
export const ATTEMPTS = 4;

const itemSchema = z.object({ pacedUntil: z.number() });

/** Until when the permits of a key are reserved, by its item; 0 where there is no item. */
export const pacedUntilIn = (item: RawItem | undefined): EpochMillis =>
  itemSchema.safeParse(item).data?.pacedUntil ?? 0;

/** Whether a request may go now. `retryAt`: the moment from which to ask again; `undefined`: go ahead. */
export type Pass = { retryAt: EpochMillis | undefined };
