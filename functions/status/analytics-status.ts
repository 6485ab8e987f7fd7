import type { SubscribedAnalytics } from '../reports/analytics/app-series.ts';
import type { LedgerItem } from '../reports/ledger-item.ts';
import type { DayState, SeriesStatus } from './status.ts';

/**
 * What stands in the ledger of an analytics series. Its dates are those on which Apple says it has processed
 * something: which will come nobody knows before, so none is missing.
 */
export function analyticsStatusOf(
  { series: { team, app, report }, parts }: SubscribedAnalytics,
  items: readonly LedgerItem[],
): SeriesStatus {
  const days = items.map((item) => ({ date: item.sk, state: stateOf(item), item }));
  return { team, vendor: app, report, frequency: parts.granularity, days };
}

/** A claimed partition reads as what it was before. When it is overdue the planner has said so. */
function stateOf(item: LedgerItem): DayState {
  const state = item.state === 'fetching' ? (item.settledAs ?? 'due') : item.state;
  if (state === 'stored') return item.versions.length > 0 ? 'restated' : 'stored';
  if (state === 'due' || state === 'waiting') return item.overdueToldAt === undefined ? state : 'overdue';
  return state;
}
