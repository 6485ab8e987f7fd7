import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { ageInDays, expectedDates, keptSince } from '../catalogue/calendar.ts';
import { type CatalogueEntry, type SubscribedSeries, subscribedSeries } from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE, type Partition } from '../catalogue/series.ts';
import {
  type DailyCompleteness,
  dailyCompletenessOf,
  freshnessOf,
  isOverdue,
} from '../partition/freshness.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import { overdueEvent } from '../partition/report-events.ts';
import type { ReportMessage } from './report-message.ts';

/** Puts messages on the report queue; `group` is the key whose requests they use, for fair queueing. */
export type QueueReports = (messages: readonly { message: ReportMessage; group: string }[]) => Promise<void>;

export type PlanDependencies = {
  settings: Settings;
  ledger: ReportLedger;
  queueReports: QueueReports;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

export type PlanResult = { series: number; queued: number; known: number; overdue: number };

/** A message that is on the queue is not sent again for so long. Twice would do no harm, only cost. */
// mutation: queued-for
export const QUEUED_FOR_MILLIS = 2 * 3_600_000;
/** Reports that came due within so many days go before older ones. */
const TODAY_DAYS = 3;
/** Series planned at a time, and ledger writes of one at a time: few enough for the SDK's fifty connections. */
const SERIES_CONCURRENCY = 4;
export const WRITE_CONCURRENCY = 16;
const HOUR = 3_600_000;
/** Its multiples, without their whole parts, fill the interval from 0 to 1 as evenly as any number's. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Compares the partitions that should exist by now with the ledger, and queues those that are not settled or
 * are to be looked at again. Sends events that are still owed.
 *
 * Holds no state of its own: whatever was missed is found by the next run.
 */
export async function planReports(deps: PlanDependencies): Promise<PlanResult> {
  const result: PlanResult = { series: 0, queued: 0, known: 0, overdue: 0 };
  const completenessByTeam = new Map<string, DailyCompleteness>();
  const all = rotateByHour(subscribedSeries(deps.settings), deps.clock.now());
  await forEachConcurrently(all, SERIES_CONCURRENCY, async (subscription) => {
    const { queued, known, overdue, completeness } = await planSeries(deps, subscription);
    result.series += 1;
    result.queued += queued;
    result.known += known;
    result.overdue += overdue;
    const { team } = subscription.series;
    const sofar = completenessByTeam.get(team) ?? { due: 0, settled: 0 };
    completenessByTeam.set(team, {
      due: sofar.due + completeness.due,
      settled: sofar.settled + completeness.settled,
    });
  });
  measureDailyCompleteness(deps, completenessByTeam);
  deps.metric(MetricName.partitionsOverdue, result.overdue);
  deps.metric(MetricName.partitionsQueued, result.queued);
  deps.metric(MetricName.plannerRun, 1);
  deps.log.info('Planned', result);
  return result;
}

/** Each hour's run begins elsewhere, far from the last: one that is cut short leaves out others than the run before. */
export function rotateByHour<Item>(items: readonly Item[], now: EpochMillis): Item[] {
  const start = Math.floor(((Math.floor(now / HOUR) * GOLDEN_RATIO) % 1) * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

async function planSeries(deps: PlanDependencies, { series, entry, backfillDays }: SubscribedSeries) {
  const now = deps.clock.now();
  const expected = expectedDates(entry, backfillDays, now);
  const known = await deps.ledger.list(series, keptSince(entry, now), LATEST_REPORT_DATE);
  const dates = new Set(known.map(({ sk }) => sk));
  const missing = expected.filter((date) => !dates.has(date));
  await forEachConcurrently(missing, WRITE_CONCURRENCY, (reportDate) =>
    deps.ledger.expect({ ...series, reportDate }),
  );
  for (const item of known) {
    const partition = { ...series, reportDate: item.sk };
    const event = overdueEventOf(item, partition, entry, now);
    const owed =
      event !== undefined && (await deps.ledger.markOverdue(item, event)) ? [...item.owed, event] : item.owed;
    if (owed.length > item.owed.length) tellOverdue(deps, partition, item);
    await publishPendingEvents(deps, partition, owed);
  }
  // What is known is looked after wherever it comes from: a person may have asked for older dates.
  const unsettled = known.filter((item) => needsFetching(item, now)).map(({ sk }) => sk);
  const wanted = [...missing, ...unsettled].sort().reverse();
  await queuePartitions(
    deps,
    entry,
    wanted.map((reportDate) => ({ ...series, reportDate })),
  );
  deps.log.info('Series', freshnessOf(series, known));
  return {
    queued: wanted.length,
    known: known.length,
    overdue: known.filter((item) => isOverdue(item, entry, now)).length,
    completeness: dailyCompletenessOf(known, entry, now),
  };
}

/** Counts the teams to whom nothing came today. */
function measureDailyCompleteness(
  deps: PlanDependencies,
  completenessByTeam: ReadonlyMap<string, DailyCompleteness>,
): void {
  const unsettled = [...completenessByTeam].filter(([, { due, settled }]) => due > 0 && settled === 0);
  for (const [team, { due }] of unsettled)
    deps.log.warn('Nothing that came due today is settled', { team, due });
  deps.metric(MetricName.teamsUnsettled, unsettled.length);
}

/** Puts partitions of one series on the queue, in this order. */
export async function queuePartitions(
  deps: Pick<PlanDependencies, 'ledger' | 'queueReports' | 'clock'>,
  entry: CatalogueEntry,
  partitions: readonly Partition[],
): Promise<void> {
  const now = deps.clock.now();
  // The queue first, the note after: a crash between them queues a partition twice, never not at all.
  await deps.queueReports(
    partitions.map((partition) => ({
      message: {
        ...partition,
        priority: isRecent(entry, partition.reportDate, now) ? 'today' : 'backfill',
      },
      group: partition.team,
    })),
  );
  await forEachConcurrently(partitions, WRITE_CONCURRENCY, (partition) => deps.ledger.markQueued(partition));
}

const isRecent = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): boolean =>
  ageInDays(entry, reportDate, now) - entry.due.days < TODAY_DAYS;

/** The event of a partition that is overdue and has not been told as such. */
function overdueEventOf(item: LedgerItem, partition: Partition, entry: CatalogueEntry, now: EpochMillis) {
  if (item.overdueToldAt !== undefined || !isOverdue(item, entry, now)) return undefined;
  return overdueEvent(partition, now, item.state, item.lastAnswer);
}

function tellOverdue(deps: PlanDependencies, partition: Partition, item: LedgerItem): void {
  deps.log.warn('A report is overdue', { partition, state: item.state, lastAnswer: item.lastAnswer });
  deps.metric(MetricName.reportOverdue, 1, { team: partition.team, report: partition.report });
}

/** Whether a partition is to be queued: the counterpart of what the ledger lets a worker claim. */
export function needsFetching(item: LedgerItem, now: EpochMillis): boolean {
  if (item.queuedAt !== undefined && item.queuedAt + QUEUED_FOR_MILLIS > now) return false;
  switch (item.state) {
    case 'due':
      return true;
    case 'fetching':
      // mutation: lapsed-lease
      return (item.leaseUntil ?? 0) <= now;
    case 'waiting':
    case 'failed':
      return (item.nextAttemptAt ?? 0) <= now;
    case 'stored':
    case 'empty':
    case 'expired':
    case 'notOffered':
      return item.recheckAt !== undefined && item.recheckAt <= now;
  }
}
