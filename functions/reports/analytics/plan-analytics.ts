import type { Settings } from '../../platform/config/settings.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, utcDay } from '../../platform/util/time.ts';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import {
  isQueued,
  needsFetching,
  type PlanPartitionsDependencies,
  planPartitions,
  type QueuePartitions,
  tellOverdue,
} from '../partition/plan-partitions.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import type { CheckMessage } from './names/analytics-message.ts';
import type { Granularity } from './names/analytics-name.ts';
import { type SubscribedAnalytics, type SubscribedApp, subscribedApps } from './names/app-series.ts';
import { startOfDay } from './names/processing-date.ts';
import type { AnalyticsLedger } from './store/analytics-ledger.ts';
import { type AppItem, appPartition } from './store/app-ledger-item.ts';

export type PlanAnalyticsDependencies = Omit<PlanPartitionsDependencies, 'queueReports'> & {
  settings: Pick<Settings, 'teams'>;
  ledger: Pick<ReportLedger, 'makeClaimable'>;
  analytics: Pick<AnalyticsLedger, 'app' | 'series'>;
  queueReports: QueueAnalytics;
};

type QueueAnalytics = QueuePartitions<AnalyticsPartition> &
  ((messages: readonly { message: CheckMessage; group: string }[]) => Promise<void>);

export type PlanAnalyticsResult = { apps: number; queued: number; overdue: number };

/** Processing dates up to this age go before older ones. */
const TODAY_DAYS = 3;

/**
 * When an instance is overdue, from the start of its processing date on. Apple makes the first one a day or two
 * after the request, and calls a day complete after two or three. Source: "Analytics Reports API" in Apple's help.
 */
const OVERDUE_AFTER_MILLIS: Record<Granularity, number> = {
  DAILY: 4 * DAY_MILLIS,
  WEEKLY: 7 * DAY_MILLIS,
  MONTHLY: 14 * DAY_MILLIS,
};

/**
 * Queues what analytics need: a look at each app whose time has come, and every instance that was found and not
 * yet fetched. Tells what is overdue and publishes pending events. Holds no state of its own.
 */
export async function planAnalytics(deps: PlanAnalyticsDependencies): Promise<PlanAnalyticsResult> {
  const result: PlanAnalyticsResult = { apps: 0, queued: 0, overdue: 0 };
  for (const subscribed of subscribedApps(deps.settings)) {
    result.apps += 1;
    const item = await deps.analytics.app(subscribed);
    result.queued += await planApp(deps, subscribed, item);
    for (const series of subscribed.series) {
      const { queued, overdue } = await planSeries(deps, series, item);
      result.queued += queued;
      result.overdue += overdue;
    }
  }
  if (result.apps > 0) {
    deps.metric(MetricName.partitionsOverdue, result.overdue);
    deps.log.info('Planned analytics', result);
  }
  return result;
}

async function planApp(
  deps: PlanAnalyticsDependencies,
  { team, app }: SubscribedApp,
  item: AppItem | undefined,
): Promise<number> {
  await publishPendingEvents(deps, appPartition({ team, app }), item?.owed ?? []);
  if (!checkIsDue(item, deps.clock.now())) return 0;
  await queueCheck(deps, { team, app });
  return 1;
}

/** Puts a look at an app on the queue. */
export async function queueCheck(
  {
    queueReports,
    ledger,
  }: Pick<PlanAnalyticsDependencies, 'queueReports'> & { ledger: Pick<ReportLedger, 'markQueued'> },
  { team, app }: Pick<SubscribedApp, 'team' | 'app'>,
): Promise<void> {
  await queueReports([{ message: { team, app, check: 'analytics' }, group: team }]);
  await ledger.markQueued(appPartition({ team, app }));
}

/** Whether it is time to look at an app. */
export function checkIsDue(item: AppItem | undefined, now: EpochMillis): boolean {
  if (item === undefined) return true;
  const { leaseUntil = 0, nextCheckAt = 0 } = item;
  return !isQueued(item, now) && leaseUntil <= now && nextCheckAt <= now;
}

async function planSeries(
  deps: PlanAnalyticsDependencies,
  { series, parts }: SubscribedAnalytics,
  app: AppItem | undefined,
) {
  const now = deps.clock.now();
  const { partitions, next } = await deps.analytics.series(series);
  const partitionOf = (reportDate: string): AnalyticsPartition => ({ ...series, reportDate });
  const overdueAt = (item: LedgerItem) => overdueAtOf(item, parts.granularity);
  // What is awaited is no partition yet, but it is overdue like one.
  if (next !== undefined)
    await tellOverdue(
      deps,
      partitionOf(next.sk),
      next,
      Math.max(overdueAt(next), snapshotOverdueAt(parts, app)),
    );
  return planPartitions(deps, {
    partitionOf,
    items: partitions,
    overdueAt,
    isRecent: (reportDate) => isRecent(reportDate, now),
    isWanted: (partition, item) => isWanted(deps, partition, item, now),
  });
}

/** Whether a processing date is so young that it goes before the others. */
export const isRecent = (reportDate: string, now: EpochMillis): boolean =>
  reportDate >= utcDay(now - TODAY_DAYS * DAY_MILLIS);

/** Whether an instance is to be fetched. One that has come since the last try makes its partition claimable. */
async function isWanted(
  deps: PlanAnalyticsDependencies,
  partition: AnalyticsPartition,
  item: LedgerItem,
  now: EpochMillis,
): Promise<boolean> {
  const instance = item.instances?.at(-1);
  if (instance === undefined) return false;
  const settled = !['due', 'fetching'].includes(item.state);
  if (instance !== item.triedInstance && settled && !isQueued(item, now))
    return deps.ledger.makeClaimable(partition, true);
  return needsFetching(item, now);
}

/** A snapshot is not late before the request for it was made, which Apple may refuse for a month. */
function snapshotOverdueAt(
  { snapshot, granularity }: SubscribedAnalytics['parts'],
  app: AppItem | undefined,
): EpochMillis {
  const { askAgainAt, since } = app?.requests.ONE_TIME_SNAPSHOT ?? {};
  return snapshot ? (askAgainAt ?? since ?? 0) + OVERDUE_AFTER_MILLIS[granularity] : 0;
}

function overdueAtOf(item: LedgerItem, granularity: Granularity): EpochMillis {
  return (
    Math.max(startOfDay(item.awaitedDate ?? item.sk), item.expectedAt ?? 0) +
    OVERDUE_AFTER_MILLIS[granularity]
  );
}
