import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import {
  newestReviews,
  readReviewPage,
  reviewExists,
} from '../../app-store-connect/resources/customer-reviews.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { startOfDay } from '../analytics/names/processing-date.ts';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import { type FetchResult, fetchPartition } from '../partition/fetch-partition.ts';
import type { Claim } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import type { Refusal } from '../partition/outcome.ts';
import type { StoredReport } from '../partition/settlement.ts';
import type { Remark } from '../table/remark.ts';
import {
  type EarlierLooksDependencies,
  endEarlierLooks,
  endLook,
  knownAfter,
  LOOKS_AFTER_DAYS,
  looksOf,
  standsInTheWay,
} from './earlier-looks.ts';
import { goneReviews } from './gone-reviews.ts';
import type { GoneReview, KnownReviews } from './known-reviews.ts';
import type { ReviewFilter } from './names/review-series.ts';
import { reviewEvents } from './review-events.ts';
import { loadKnown, storeReviews } from './store-reviews.ts';
import { type Walk, walkReviews } from './walk-reviews.ts';

export type FetchReviewsDependencies = EarlierLooksDependencies & {
  client: Pick<AppStoreConnectClient, 'read' | 'baseUrl'>;
  remainingMillis: () => number;
  /** Pages of 200 reviews that one look reads at most; the next one goes on. Default {@link MAXIMUM_PAGES}. */
  reviewPages?: number | undefined;
};

/** 200 reviews each. A key has some thousand requests an hour for everything that it does. */
const MAXIMUM_PAGES = 50;
const MAXIMUM_REVIEWS = 50_000;
/** Edits and answers of so many days are noticed daily, older ones weekly. */
const DAILY_DEPTH_DAYS = 31;
/** What an invocation keeps for the table and for writing down the outcome. */
const SPARE_MILLIS = 90_000;
/** A walk that is not at its end goes on with the planner's next run. */
const GOES_ON_MILLIS = 50 * MINUTE_MILLIS;
const SUNDAY = 0;

/**
 * Looks at an app's reviews for a Pacific day: claim → walk until known → end earlier looks that are open → store →
 * publish `Review Received` → settle. One look of an app at a time, whatever their days.
 *
 * The events go out when the reviews lie in the table and before the look is settled: a crash between the two tells
 * them once more under the same ids, and never not at all.
 */
export const fetchReviews = (
  deps: FetchReviewsDependencies,
  partition: AnalyticsPartition,
  filter: ReviewFilter,
): Promise<FetchResult> =>
  fetchPartition(deps, partition, {
    rules: { entry: undefined, restatementDays: LOOKS_AFTER_DAYS },
    attempt: (claim, directory) => look(deps, claim, filter, directory),
  });

async function look(
  deps: FetchReviewsDependencies,
  claim: Claim<AnalyticsPartition>,
  filter: ReviewFilter,
  directory: string,
): Promise<StoredReport | Refusal> {
  const { client, clock, lake, log } = deps;
  const { partition, item } = claim;
  const looks = await looksOf(deps, partition);
  const later = looks.find(({ sk, knownKey }) => sk > partition.reportDate && knownKey !== undefined);
  if (later !== undefined) return endLook(deps, claim, later.sk, directory);
  const now = clock.now();
  const otherLook = standsInTheWay(looks, item, now);
  if (otherLook !== undefined) return { kind: 'behind', reason: otherLook };
  // mutation: reviews-known-before
  const before = item.knownKey ?? knownAfter(looks);
  const known = await loadKnown(lake, before, directory, now);
  const walk = await walkReviews(known, {
    read: (request) => readReviewPage(client, request),
    first: newestReviews(partition.app),
    deepUntil: depthOf(item, partition.reportDate, now),
    mostPages: deps.reviewPages ?? MAXIMUM_PAGES,
    mostReviews: MAXIMUM_REVIEWS,
    isTimeUp: () => deps.remainingMillis() < SPARE_MILLIS,
  });
  const gone = await goneOf(deps, claim, known, walk);
  if (!(await endEarlierLooks(deps, claim, looks)))
    return { kind: 'behind', reason: 'An earlier look was settled while this one was under way.' };
  const seenAt = new Date(now).toISOString();
  const stored = await storeReviews(deps, claim, [...walk.found, ...gone], known, { seenAt, directory });
  const events = reviewEvents(partition, walk.found, known.since, filter);
  // mutation: review-events
  await deps.sendEvents(events);
  const { found, pages } = walk;
  log.info('Looked at reviews', {
    partition,
    pages,
    found: found.length,
    gone: gone.length,
    told: events.length,
    complete: known.reach.complete,
  });
  const goesOn = !known.reach.complete && { recheckAt: now + GOES_ON_MILLIS };
  return {
    ...stored,
    remarks: walk.cut ? [HISTORY_CUT] : [],
    noted: { ...stored.noted, ...goesOn },
  };
}

/** What is gone is asked for with a day's first look, which goes deep; the others only want what is new. */
async function goneOf(
  { client, remainingMillis }: FetchReviewsDependencies,
  { partition, item }: Claim<AnalyticsPartition>,
  known: KnownReviews,
  { listed }: Walk,
): Promise<GoneReview[]> {
  if (listed === undefined || item.settledAs !== undefined) return [];
  return goneReviews(known, listed, {
    stillExists: (id) => reviewExists(client, id),
    isTimeUp: () => remainingMillis() < SPARE_MILLIS,
    day: partition.reportDate,
  });
}

const HISTORY_CUT: Remark = {
  code: 'HISTORY_CUT',
  message: `The app has more reviews than are read as history; those older than the newest ${MAXIMUM_REVIEWS} are not in the table.`,
};

/**
 * From which moment on known reviews are not read again. A day's first look also notices edits and answers of the last
 * month, on Sundays of all time; the others only want what is new.
 */
function depthOf({ settledAs }: LedgerItem, reportDate: string, now: EpochMillis): EpochMillis {
  if (settledAs !== undefined) return Infinity;
  const isSunday = new Date(startOfDay(reportDate) + 12 * HOUR_MILLIS).getUTCDay() === SUNDAY;
  // mutation: reviews-deep-look
  return isSunday ? -Infinity : now - DAILY_DEPTH_DAYS * DAY_MILLIS;
}
