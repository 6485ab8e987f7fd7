import type { Settings } from '../../functions/platform/config/settings.ts';
import { JobError } from '../../functions/platform/errors.ts';
import type { AnalyticsSeries } from '../../functions/reports/catalogue/series.ts';
import { subscribedReviews } from '../../functions/reports/reviews/names/review-series.ts';

/**
 * The apps of the settings whose reviews are meant.
 *
 * @throws JobError `UNKNOWN_SERIES` where the settings have none; `OPTIONS_INVALID` for a vendor: a review has none
 */
export function chooseReviews(
  settings: Settings,
  { team, vendor }: { team?: string | undefined; vendor?: string | undefined },
): AnalyticsSeries[] {
  if (vendor !== undefined)
    throw new JobError({
      code: 'OPTIONS_INVALID',
      message: 'Reviews belong to an app, not to a vendor. Leave out --vendor.',
      retryable: false,
    });
  const all = subscribedReviews(settings).map(({ series }) => series);
  const found = all.filter((series) => (team ?? series.team) === series.team);
  if (found.length > 0) return found;
  const teams = [...new Set(all.map((series) => series.team))];
  throw new JobError({
    code: 'UNKNOWN_SERIES',
    message:
      teams.length === 0
        ? 'The settings keep no reviews. Add "reviews": true to the team, or the apps: "reviews": { "apps": ["6448311001"] }.'
        : `The settings keep no reviews of such a team; they do of ${teams.join(', ')}.`,
    retryable: false,
  });
}
