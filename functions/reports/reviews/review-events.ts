import { outgoingEvent } from '../../events/event-types.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { oneLine } from '../../platform/util/tidy-text.ts';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import { contentHash, type FoundReview } from './known-reviews.ts';
import { type ReviewFilter, reviewsTableKey } from './names/review-series.ts';

/** Mails of one look at most: a bad morning must not bury the inbox. The last one says how many more there are. */
const MAXIMUM_MAILED = 10;

/**
 * `Review Received` for every new or edited review with so many stars. The developer's own answers are no news.
 *
 * @param found newest first
 * @param since when the app was first looked at: new reviews that are older are history, stored and not told
 */
export function reviewEvents(
  partition: AnalyticsPartition,
  found: readonly FoundReview[],
  since: EpochMillis,
  { minStars, maxStars, mail }: ReviewFilter,
) {
  const told = found.filter(({ review, change }) => {
    // mutation: review-stars
    if (review.rating < minStars || review.rating > maxStars) return false;
    // mutation: review-history
    if (change === 'new' && Date.parse(review.createdDate) < since) return false;
    return change === 'new' || change === 'edited';
  });
  return told.map((one, index) => {
    const { review, change, version } = one;
    const { team, app, report, reportDate } = partition;
    const isMailed = mail && index < MAXIMUM_MAILED;
    const more = index === MAXIMUM_MAILED - 1 ? told.length - MAXIMUM_MAILED : 0;
    return outgoingEvent('Review Received', {
      id: sha256Hex(['Review Received', team, app, review.id, contentHash(review)].join('\n')),
      team,
      app,
      report,
      reportDate,
      reviewId: review.id,
      edited: change === 'edited',
      version,
      rating: review.rating,
      title: oneLine(review.title),
      body: oneLine(review.body),
      reviewerNickname: oneLine(review.reviewerNickname),
      ...(review.territory !== undefined && { territory: review.territory }),
      createdDate: review.createdDate,
      answered: review.response !== undefined,
      tableKey: reviewsTableKey(partition),
      mail: isMailed,
      ...(isMailed && more > 0 && { notMailed: more }),
    });
  });
}
