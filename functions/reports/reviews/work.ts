import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import type { FetchResult } from '../partition/fetch-partition.ts';
import { type FetchReviewsDependencies, fetchReviews } from './fetch-reviews.ts';
import { subscribedReviews } from './names/review-series.ts';

/** Does what a message about reviews asks for. Throws JobError `MESSAGE_INVALID` for an app that the settings do not have. */
export async function workOnReviews(
  deps: FetchReviewsDependencies & { settings: Pick<Settings, 'teams'> },
  { team, app, report, reportDate }: AnalyticsPartition,
): Promise<FetchResult> {
  const subscribed = subscribedReviews(deps.settings).find(
    ({ series }) => series.team === team && series.app === app && series.report === report,
  );
  // The app becomes part of object keys: only those of this team's settings may.
  if (subscribed === undefined)
    throw new JobError({
      code: 'MESSAGE_INVALID',
      message: `The message asks for reviews that are not in the settings: app "${app.slice(0, 64)}" of team "${team.slice(0, 64)}"`,
      retryable: false,
    });
  return fetchReviews(deps, { ...subscribed.series, reportDate }, subscribed.filter);
}
