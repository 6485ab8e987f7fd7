import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { HOUR_MILLIS } from '../../platform/util/time.ts';
import type { AnyPartition } from '../catalogue/series.ts';
import { isOverdue, reasonOf } from './freshness.ts';
import type { ReportLedger } from './ledger.ts';
import type { LedgerItem } from './ledger-item.ts';
import { publishPendingEvents } from './publish-pending-events.ts';
import { overdueEvent } from './report-events.ts';

/** A message on the report queue: a partition to fetch. */
export type PartitionMessage<Part extends AnyPartition = AnyPartition> = Part & {
  priority: 'today' | 'backfill';
};

/** Puts messages on the report queue; `group` is the key whose requests they use, for fair queueing. */
export type QueuePartitions<Part extends AnyPartition = AnyPartition> = (
  messages: readonly { message: PartitionMessage<Part>; group: string }[],
) => Promise<void>;

export type PlanPartitionsDependencies<Part extends AnyPartition = AnyPartition> = {
  ledger: Pick<ReportLedger, 'markOverdue' | 'markQueued' | 'markPublished'>;
  queueReports: QueuePartitions<Part>;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

/** What the planner knows of a series. `Part` minus its date is the series. */
export type SeriesPlan<Part extends AnyPartition> = {
  /** The partition of a date of the series. */
  partitionOf(reportDate: string): Part;
  /** The known partitions, in order of their dates. */
  items: readonly LedgerItem[];
  /** From when on an open partition is overdue. */
  overdueAt(item: LedgerItem): EpochMillis;
  /** Whether a partition goes before those of the backfill. */
  isRecent(reportDate: string): boolean;
  /** Whether a partition waits behind another one: it is neither queued nor told as overdue. Default: none does. */
  waits?(item: LedgerItem): boolean;
  /** Whether a known partition is to be fetched. Default: {@link needsFetching}. */
  isWanted?(partition: Part, item: LedgerItem): Promise<boolean>;
};

/** A partition that is to be put on the queue. */
export type WantedPartition<Part extends AnyPartition> = {
  partition: Part;
  /** It goes before those of the backfill. */
  isRecent: boolean;
  /** Writes down that it is on the queue. Absent: the caller does, for several at once. */
  note?(): Promise<void>;
};

/** A message that is on the queue is not sent again for so long. A repeat is harmless and only costs. */
// mutation: queued-for
export const QUEUED_FOR_MILLIS = 2 * HOUR_MILLIS;
/** Ledger writes at a time of what is queued together: few enough for the SDK's fifty connections. */
export const WRITE_CONCURRENCY = 16;

/** Messages that are sent before the ledger notes them: what is cut short between the two is sent again. */
const QUEUED_AT_ONCE = 100;

/**
 * Looks after the partitions of a series: tells what is overdue, publishes pending events, and queues what is to be
 * fetched, newest first. Holds no state of its own: what one run misses is found by the next.
 */
export async function planPartitions<Part extends AnyPartition>(
  deps: PlanPartitionsDependencies<Part>,
  plan: SeriesPlan<Part>,
): Promise<{ queued: number; overdue: number }> {
  const { wanted, overdue } = await lookAfterPartitions(deps, plan);
  const newestFirst = wanted.map(({ sk }) => plan.partitionOf(sk)).reverse();
  await queuePartitions(deps, newestFirst, plan.isRecent);
  return { queued: wanted.length, overdue };
}

/** The same without the queue: tells what is overdue, publishes pending events, and says what is to be fetched. */
export async function lookAfterPartitions<Part extends AnyPartition>(
  deps: Omit<PlanPartitionsDependencies<Part>, 'queueReports'>,
  plan: SeriesPlan<Part>,
): Promise<{ wanted: LedgerItem[]; overdue: number }> {
  const now = deps.clock.now();
  const wanted: LedgerItem[] = [];
  for (const item of plan.items) {
    const partition = plan.partitionOf(item.sk);
    if (plan.waits?.(item) === true) {
      await publishPendingEvents(deps, partition, item.owed);
      continue;
    }
    await tellOverdue(deps, partition, item, plan.overdueAt(item));
    const isWanted = plan.isWanted?.(partition, item) ?? needsFetching(item, now);
    if (await isWanted) wanted.push(item);
  }
  const overdue = plan.items.filter(
    (item) => plan.waits?.(item) !== true && isOverdue(item, plan.overdueAt(item), now),
  );
  return { wanted, overdue: overdue.length };
}

/** Puts known partitions on the queue, in this order. */
export const queuePartitions = <Part extends AnyPartition>(
  {
    queueReports,
    ledger,
  }: Pick<PlanPartitionsDependencies<Part>, 'queueReports'> & { ledger: Pick<ReportLedger, 'markQueued'> },
  partitions: readonly Part[],
  isRecent: (reportDate: string) => boolean,
): Promise<void> =>
  queueWanted(
    queueReports,
    partitions.map((partition) => ({
      partition,
      isRecent: isRecent(partition.reportDate),
      note: () => ledger.markQueued(partition),
    })),
  );

/** Puts partitions on the queue, in this order, whatever series they are of, and writes it down. */
export async function queueWanted<Part extends AnyPartition>(
  queueReports: QueuePartitions<Part>,
  wanted: readonly WantedPartition<Part>[],
): Promise<void> {
  for (let start = 0; start < wanted.length; start += QUEUED_AT_ONCE) {
    const some = wanted.slice(start, start + QUEUED_AT_ONCE);
    // The queue first, the mark after: a crash between them queues a partition twice, never not at all.
    await queueReports(
      some.map(({ partition, isRecent }) => ({
        message: { ...partition, priority: isRecent ? 'today' : 'backfill' },
        group: partition.team,
      })),
    );
    await forEachConcurrently(some, WRITE_CONCURRENCY, async ({ note }) => note?.());
  }
}

/** Tells once that a partition is overdue, and publishes the events that are pending. */
export async function tellOverdue(
  deps: Omit<PlanPartitionsDependencies, 'queueReports'>,
  partition: AnyPartition,
  item: LedgerItem,
  overdueAt: EpochMillis,
): Promise<void> {
  const now = deps.clock.now();
  const pending = [...item.owed];
  if (item.overdueToldAt === undefined && isOverdue(item, overdueAt, now)) {
    const { awaitedDate: reportDate = partition.reportDate, state } = item;
    const lastAnswer = reasonOf(item);
    const event = overdueEvent({ ...partition, reportDate }, now, state, lastAnswer);
    if (await deps.ledger.markOverdue(item, event)) {
      pending.push(event);
      deps.log.warn('A report is overdue', { partition, reportDate, state, lastAnswer });
      deps.metric(MetricName.reportOverdue, 1, { team: partition.team, report: partition.report });
    }
  }
  await publishPendingEvents(deps, partition, pending);
}

/** Whether a partition is to be queued: the counterpart of what the ledger lets a worker claim. */
export function needsFetching(item: LedgerItem, now: EpochMillis): boolean {
  if (isQueued(item, now)) return false;
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

/** Whether a message for the partition is on the queue, as far as the ledger knows. */
export const isQueued = ({ queuedAt }: Pick<LedgerItem, 'queuedAt'>, now: EpochMillis): boolean =>
  queuedAt !== undefined && queuedAt + QUEUED_FOR_MILLIS > now;
