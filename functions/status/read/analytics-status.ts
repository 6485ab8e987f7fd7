import type { SubscribedAnalytics } from '../../reports/analytics/names/app-series.ts';
import type { LedgerItem } from '../../reports/partition/ledger-item.ts';
import type { SeriesStatus } from '../model/status.ts';
import { dayState } from './series-status.ts';

/**
 * What stands in the ledger of an analytics series. Its dates are those on which Apple says it has processed
 * something: which will come nobody knows before, so none is missing, and when one is overdue the planner has said so.
 */
export function analyticsStatusOf(
  { series: { team, app, report }, parts }: SubscribedAnalytics,
  items: readonly LedgerItem[],
): SeriesStatus {
  const days = items.map((item) => ({
    date: item.sk,
    state: dayState(item, () => item.overdueToldAt !== undefined),
    item,
  }));
  return { team, vendor: app, report, frequency: parts.granularity, days };
}
