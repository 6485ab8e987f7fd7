import type { AccessType } from '../../app-store-connect/resources/analytics-reports.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import type { RequestRecord } from './store/app-ledger-item.ts';

/** Apple's engineer: about one snapshot in 31 days, deleted ones count (developer.apple.com/forums/thread/759773). */
export const SNAPSHOT_EVERY_DAYS = 31;
/** An ongoing request is refused while one that stopped is there: a person may delete that at any time. */
const ONGOING_AGAIN_MILLIS = DAY_MILLIS;
/** A day that Apple names is believed up to so far ahead. */
const FURTHEST_NAMED_DAYS = 62;

/** From when on Apple may take another snapshot, by the one that is known: it was made then, or before. */
export const nextSnapshotAt = ({ since }: RequestRecord): EpochMillis =>
  since === undefined ? 0 : since + SNAPSHOT_EVERY_DAYS * DAY_MILLIS;

/**
 * When a request that Apple refused (409) is sent again: on the day that Apple's words name; else, of a snapshot, when
 * 31 days are over since the last one that is known, or since now, as one was made by now at the latest.
 *
 * @param detail Apple's words
 */
export function askAgainAt(
  accessType: AccessType,
  record: RequestRecord,
  detail: string | undefined,
  now: EpochMillis,
): EpochMillis {
  const named = namedDay(detail, now);
  if (named !== undefined) return named;
  if (accessType === 'ONGOING') return now + ONGOING_AGAIN_MILLIS;
  const known = nextSnapshotAt(record);
  return known > now ? known : now + SNAPSHOT_EVERY_DAYS * DAY_MILLIS;
}

/** The last day to come that a text names, such as `on or after 2026-12-25`. */
function namedDay(detail = '', now: EpochMillis): EpochMillis | undefined {
  return [...detail.matchAll(/\b\d{4}-\d{2}-\d{2}\b/g)]
    .map(([day]) => Date.parse(day))
    .filter((at) => at > now && at <= now + FURTHEST_NAMED_DAYS * DAY_MILLIS)
    .at(-1);
}
