import type { Settings } from '../../../platform/config/settings.ts';
import type { AnalyticsPartition, AnalyticsSeries } from '../../catalogue/series.ts';

/** How the series of an app's reviews is called in the ledger, in events and in commands. */
export const REVIEWS_REPORT = 'CUSTOMER_REVIEWS';

/** Which reviews become events, and which of those are mailed. */
export type ReviewFilter = { minStars: number; maxStars: number; mail: boolean };

/** The reviews of one app. A partition is a Pacific day: what was new or changed when Apple was looked at on it. */
export type SubscribedReviews = { series: AnalyticsSeries; filter: ReviewFilter };

/** Every app of the settings whose reviews are kept. */
export function subscribedReviews({ teams }: Pick<Settings, 'teams'>): SubscribedReviews[] {
  return teams.flatMap(({ name: team, apps = [], reviews }) => {
    if (reviews === undefined) return [];
    const chosen = reviews === true ? { minStars: 1, maxStars: 5, mail: false } : reviews;
    const { minStars, maxStars, mail } = chosen;
    const ids = ('apps' in chosen ? chosen.apps : undefined) ?? apps.map(({ id }) => id);
    return ids.map((app) => ({
      series: { team, app, report: REVIEWS_REPORT },
      filter: { minStars, maxStars, mail },
    }));
  });
}

/** The raw file of a day: a line for each version of a review that was first seen on it, in Apple's own fields. */
export const rawReviewsKey = ({ team, app, reportDate }: AnalyticsPartition, sha256: string): string =>
  `raw/team=${team}/app=${app}/${REVIEWS_REPORT}/${reportDate}/${sha256}.jsonl.gz`;

/** What was known after a look: the hashes of every review. Never overwritten, so that a repeat begins where the first try did. */
export const knownReviewsKey = ({ team, app }: AnalyticsPartition, sha256: string): string =>
  `raw/team=${team}/app=${app}/${REVIEWS_REPORT}/known/${sha256}.json.gz`;

export const REVIEWS_TABLE = 'customer_reviews';

export const reviewsTableKey = ({ team, app, reportDate }: AnalyticsPartition): string =>
  `tables/${REVIEWS_TABLE}/team=${team}/app=${app}/report_date=${reportDate}/data.parquet`;
