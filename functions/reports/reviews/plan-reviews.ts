import type { Settings } from '../../platform/config/settings.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { DAY_MILLIS, HOUR_MILLIS } from '../../platform/util/time.ts';
import { startOfDay, today } from '../analytics/names/processing-date.ts';
import { type AnalyticsPartition, LATEST_REPORT_DATE } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import {
  needsFetching,
  type PlanPartitionsDependencies,
  planPartitions,
} from '../partition/plan-partitions.ts';
import { type SubscribedReviews, subscribedReviews } from './names/review-series.ts';

export type PlanReviewsDependencies = PlanPartitionsDependencies<AnalyticsPartition> & {
  settings: Pick<Settings, 'teams'>;
  ledger: Pick<ReportLedger, 'list' | 'expect' | 'makeClaimable'>;
};

export type PlanReviewsResult = { apps: number; queued: number; overdue: number };

const APP_CONCURRENCY = 4;
/** Days of the ledger that are looked after; what an older one still owes was told long ago. */
const KEPT_DAYS = 35;
/** A look that has not succeeded by then is overdue: the planner has tried twelve times. */
const OVERDUE_AFTER_MILLIS = 12 * HOUR_MILLIS;

/**
 * Queues the look of this Pacific day for each app whose reviews are kept, and later looks when their time has come.
 * Tells what is overdue. Holds no state of its own.
 */
export async function planReviews(deps: PlanReviewsDependencies): Promise<PlanReviewsResult> {
  const result: PlanReviewsResult = { apps: 0, queued: 0, overdue: 0 };
  await forEachConcurrently(subscribedReviews(deps.settings), APP_CONCURRENCY, async (subscribed) => {
    const { queued, overdue } = await planApp(deps, subscribed);
    result.apps += 1;
    result.queued += queued;
    result.overdue += overdue;
  });
  if (result.apps > 0) {
    deps.metric(MetricName.partitionsOverdue, result.overdue);
    deps.log.info('Planned reviews', result);
  }
  return result;
}

async function planApp(deps: PlanReviewsDependencies, { series }: SubscribedReviews) {
  const now = deps.clock.now();
  const day = today(now);
  const from = today(now - KEPT_DAYS * DAY_MILLIS);
  const list = () => deps.ledger.list(series, from, LATEST_REPORT_DATE);
  let items = await list();
  if (!items.some(({ sk }) => sk === day)) {
    await deps.ledger.expect({ ...series, reportDate: day });
    items = await list();
  }
  const newest = items.findLast(({ knownKey }) => knownKey !== undefined)?.sk ?? '';
  return planPartitions(deps, {
    partitionOf: (reportDate) => ({ ...series, reportDate }),
    items,
    overdueAt: overdueAtOf,
    isRecent: () => true,
    isWanted: (partition, item) => isWanted(deps, partition, item, { day, newest, now }),
  });
}

/** When a look is overdue. */
export const overdueAtOf = (item: LedgerItem): EpochMillis =>
  Math.max(startOfDay(item.sk), item.expectedAt ?? 0) + OVERDUE_AFTER_MILLIS;

/**
 * Only today's look asks Apple. An earlier one that never succeeded is closed once a later one has: that one has walked
 * down to what was known before both.
 */
async function isWanted(
  { ledger }: PlanReviewsDependencies,
  partition: AnalyticsPartition,
  item: LedgerItem,
  { day, newest, now }: { day: string; newest: string; now: EpochMillis },
): Promise<boolean> {
  if (item.sk >= day) return needsFetching(item, now);
  // A later try of a settled one has failed, perhaps behind its table, which is to show again what was settled.
  if (item.settledAs !== undefined)
    return item.sk < newest && (item.state === 'fetching' || item.tries > 0) && needsFetching(item, now);
  if (item.sk > newest) return false;
  return needsFetching(item, now) || (await ledger.makeClaimable(partition, false));
}
