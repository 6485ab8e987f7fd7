import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { LedgerItem } from './ledger-item.ts';

const DAY = DAY_MILLIS;

/** When a series' reports usually appear at Apple, in milliseconds from the moment at which each is due. */
export type ArrivalWindow = { from: number; to: number; learned: boolean };

/** What a series with too few stored dates to learn from is taken for: around Apple's promise. */
const UNKNOWN: ArrivalWindow = { from: -30 * MINUTE_MILLIS, to: 2 * HOUR_MILLIS, learned: false };
const FEWEST_ARRIVALS = 3;
const MAXIMUM_ARRIVALS = 21;
/** What was stored later than this after it was due came from a backfill, or late for a reason of its own. */
const LATEST_ARRIVAL_MILLIS = 2 * DAY;
/** Somewhat earlier and later than ever seen lately. */
const MARGIN = { before: 20 * MINUTE_MILLIS, after: 40 * MINUTE_MILLIS };
/** A series that comes at any hour is asked for often around the middle only. */
const MAXIMUM_WINDOW_MILLIS = 4 * HOUR_MILLIS;

/** A report appeared between these two moments: Apple said "not available yet" at the first, and had it at the second. */
type Arrival = { after: EpochMillis | undefined; until: EpochMillis };

/**
 * Learns from the ledger in which hours the reports of a series usually appear.
 *
 * @param dueAt when a report date is due
 */
export function usualArrival(
  items: readonly LedgerItem[],
  dueAt: (reportDate: string) => EpochMillis,
): ArrivalWindow {
  const offsets = items
    .flatMap((item) => {
      const arrival = arrivalOf(item);
      return arrival === undefined ? [] : [middleOf(arrival) - dueAt(item.sk)];
    })
    .filter((offset) => offset <= LATEST_ARRIVAL_MILLIS)
    .slice(-MAXIMUM_ARRIVALS)
    .sort((a, b) => a - b);
  const [first, last, middle] = [offsets[0], offsets.at(-1), offsets[offsets.length >> 1]];
  if (offsets.length < FEWEST_ARRIVALS || first === undefined || last === undefined || middle === undefined)
    return UNKNOWN;
  const window = { from: first - MARGIN.before, to: last + MARGIN.after, learned: true };
  return window.to - window.from <= MAXIMUM_WINDOW_MILLIS
    ? window
    : { from: middle - MAXIMUM_WINDOW_MILLIS / 2, to: middle + MAXIMUM_WINDOW_MILLIS / 2, learned: true };
}

/**
 * How long after Apple had a report it was stored, in milliseconds, at most: the time since Apple last said that it
 * was not available yet. `undefined` where Apple had it when it was first asked for: nobody knows since when.
 */
export function storageDelay(item: LedgerItem): number | undefined {
  const arrival = arrivalOf(item);
  return arrival?.after === undefined ? undefined : arrival.until - arrival.after;
}

/** The median of the storage delays of a series' newest dates; `undefined` where none is known. */
export function medianStorageDelay(
  items: readonly LedgerItem[],
): { millis: number; dates: number } | undefined {
  const delays = items
    .flatMap((item) => storageDelay(item) ?? [])
    .slice(-MAXIMUM_ARRIVALS)
    .sort((a, b) => a - b);
  const millis = delays[delays.length >> 1];
  return millis === undefined ? undefined : { millis, dates: delays.length };
}

function arrivalOf({ settledAs, settledAt, notReadyAt }: LedgerItem): Arrival | undefined {
  if (settledAs !== 'stored' || settledAt === undefined) return undefined;
  // After the first settlement Apple is asked only whether the report has changed.
  return {
    after: notReadyAt !== undefined && notReadyAt < settledAt ? notReadyAt : undefined,
    until: settledAt,
  };
}

const middleOf = ({ after, until }: Arrival): EpochMillis =>
  after === undefined || until - after > 3 * HOUR_MILLIS ? until : (after + until) / 2;
