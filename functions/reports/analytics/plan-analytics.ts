import { Temporal } from 'temporal-polyfill';
import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { PACIFIC_TIME_ZONE } from '../../platform/util/time.ts';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import { overdueEvent } from '../partition/report-events.ts';
import { needsFetching, WRITE_CONCURRENCY } from '../plan/plan-reports.ts';
import type { AnalyticsLedger } from './analytics-ledger.ts';
import type { AnalyticsMessage } from './analytics-message.ts';
import type { Granularity } from './analytics-name.ts';
import { type AppItem, appPartition } from './app-ledger-item.ts';
import { type SubscribedAnalytics, type SubscribedApp, subscribedApps } from './app-series.ts';

export type PlanAnalyticsDependencies = {
  settings: Pick<Settings, 'teams'>;
  ledger: Pick<ReportLedger, 'makeClaimable' | 'markOverdue' | 'markQueued' | 'markPublished'>;
  analytics: Pick<AnalyticsLedger, 'app' | 'series'>;
  queueReports: (messages: readonly { message: AnalyticsMessage; group: string }[]) => Promise<void>;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

export type PlanAnalyticsResult = { apps: number; queued: number };

const HOUR = 3_600_000;
/** A message that is on the queue is not sent again for so long. */
const QUEUED_FOR_MILLIS = 2 * HOUR;
/** Processing dates up to this age go before older ones. */
const TODAY_DAYS = 3;

/**
 * When an instance is overdue, from the start of its processing date on. Apple makes the first one a day or two
 * after the request, and calls a day complete after two or three. Source: "Analytics Reports API" in Apple's help.
 */
const OVERDUE_AFTER_MILLIS: Record<Granularity, number> = {
  DAILY: 4 * 24 * HOUR,
  WEEKLY: 7 * 24 * HOUR,
  MONTHLY: 14 * 24 * HOUR,
};

/**
 * Queues what analytics need: a look at each app whose time has come, and every instance that was found and not
 * yet fetched. Tells what is overdue and sends events that are still owed. Holds no state of its own.
 */
export async function planAnalytics(deps: PlanAnalyticsDependencies): Promise<PlanAnalyticsResult> {
  const result: PlanAnalyticsResult = { apps: 0, queued: 0 };
  for (const subscribed of subscribedApps(deps.settings)) {
    result.apps += 1;
    result.queued += await planApp(deps, subscribed);
    for (const one of subscribed.series) result.queued += await planSeries(deps, one);
  }
  if (result.apps > 0) deps.log.info('Planned analytics', result);
  return result;
}

async function planApp(deps: PlanAnalyticsDependencies, { team, app }: SubscribedApp): Promise<number> {
  const item = await deps.analytics.app({ team, app });
  const key = appPartition({ team, app });
  await publishPendingEvents(deps, key, item?.owed ?? []);
  if (!checkIsDue(item, deps.clock.now())) return 0;
  await deps.queueReports([{ message: { team, app, check: 'analytics' }, group: team }]);
  await deps.ledger.markQueued(key);
  return 1;
}

function checkIsDue(item: AppItem | undefined, now: EpochMillis): boolean {
  if (item === undefined) return true;
  const { queuedAt = 0, leaseUntil = 0, nextCheckAt = 0 } = item;
  return queuedAt + QUEUED_FOR_MILLIS <= now && leaseUntil <= now && nextCheckAt <= now;
}

async function planSeries(
  deps: PlanAnalyticsDependencies,
  { series, parts }: SubscribedAnalytics,
): Promise<number> {
  const now = deps.clock.now();
  const { partitions, next } = await deps.analytics.series(series);
  const wanted: AnalyticsPartition[] = [];
  for (const item of [...partitions].reverse()) {
    const partition = { ...series, reportDate: item.sk };
    await tell(deps, partition, item, parts.granularity, now);
    if (await isWanted(deps, partition, item, now)) wanted.push(partition);
  }
  if (next !== undefined) await tell(deps, { ...series, reportDate: next.sk }, next, parts.granularity, now);
  await queueInstances(deps, wanted);
  return wanted.length;
}

/** Puts partitions on the queue, in this order. The queue first, the note after: a crash may queue twice, never not at all. */
export async function queueInstances(
  deps: Pick<PlanAnalyticsDependencies, 'queueReports' | 'ledger' | 'clock'>,
  partitions: readonly AnalyticsPartition[],
): Promise<void> {
  const recent = new Date(deps.clock.now() - TODAY_DAYS * 24 * HOUR).toISOString().slice(0, 10);
  await deps.queueReports(
    partitions.map((partition) => ({
      message: { ...partition, priority: partition.reportDate >= recent ? 'today' : 'backfill' },
      group: partition.team,
    })),
  );
  await forEachConcurrently(partitions, WRITE_CONCURRENCY, (partition) => deps.ledger.markQueued(partition));
}

/** Whether an instance is to be fetched. One that has come since the last try makes its partition claimable. */
async function isWanted(
  deps: PlanAnalyticsDependencies,
  partition: AnalyticsPartition,
  item: LedgerItem,
  now: EpochMillis,
): Promise<boolean> {
  const instance = item.instances?.at(-1);
  if (instance === undefined) return false;
  const onQueue = item.queuedAt !== undefined && item.queuedAt + QUEUED_FOR_MILLIS > now;
  const settled = !['due', 'fetching'].includes(item.state);
  if (instance !== item.triedInstance && settled && !onQueue)
    return deps.ledger.makeClaimable(partition, true);
  return needsFetching(item, now);
}

async function tell(
  deps: PlanAnalyticsDependencies,
  partition: AnalyticsPartition,
  item: LedgerItem,
  granularity: Granularity,
  now: EpochMillis,
): Promise<void> {
  const owed = [...item.owed];
  if (isOverdue(item, granularity, now)) {
    const { awaitedDate = item.sk, state, lastAnswer } = item;
    const event = overdueEvent({ ...partition, reportDate: awaitedDate }, now, state, lastAnswer);
    if (await deps.ledger.markOverdue(item, event)) {
      owed.push(event);
      deps.log.warn('An analytics report is overdue', { partition, awaitedDate, state, lastAnswer });
      deps.metric(MetricName.reportOverdue, 1, { team: partition.team, report: partition.report });
    }
  }
  await publishPendingEvents(deps, partition, owed);
}

function isOverdue(item: LedgerItem, granularity: Granularity, now: EpochMillis): boolean {
  if (item.overdueToldAt !== undefined || !['due', 'waiting', 'failed'].includes(item.state)) return false;
  const date = Temporal.PlainDate.from(item.awaitedDate ?? item.sk);
  const start = date.toZonedDateTime(PACIFIC_TIME_ZONE).epochMilliseconds;
  return now >= Math.max(start, item.expectedAt ?? 0) + OVERDUE_AFTER_MILLIS[granularity];
}
