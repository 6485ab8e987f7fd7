import type { SubscribedAnalytics } from '../../reports/analytics/names/app-series.ts';
import type { AnalyticsSeries } from '../../reports/catalogue/series.ts';
import type { LedgerItem } from '../../reports/partition/ledger-item.ts';
import type { SeriesStatus } from '../model/status.ts';
import { dayState } from './series-status.ts';

/**
 * What stands in the ledger of an analytics series. Its dates are those on which Apple says it has processed
 * something: which will come nobody knows before, so none is missing, and when one is overdue the planner has said so.
 */
export const analyticsStatusOf = (
  { series, parts }: SubscribedAnalytics,
  items: readonly LedgerItem[],
): SeriesStatus => statusOf(series, parts.granularity, items);

/**
 * The same of an app's reviews: a date is the Pacific day of a look, and the planner adds today's by itself. A day that
 * has grown since its first look is no correction of Apple's.
 */
export function reviewsStatusOf(series: AnalyticsSeries, items: readonly LedgerItem[]): SeriesStatus {
  const { days, ...status } = statusOf(series, 'DAILY', items);
  return {
    ...status,
    days: days.map((day) => (day.state === 'restated' ? { ...day, state: 'stored' } : day)),
  };
}

function statusOf(
  { team, app, report }: AnalyticsSeries,
  frequency: SeriesStatus['frequency'],
  items: readonly LedgerItem[],
): SeriesStatus {
  const days = items.map((item) => ({
    date: item.sk,
    state: dayState(item, () => item.overdueToldAt !== undefined),
    item,
  }));
  return { team, vendor: app, report, frequency, days };
}
