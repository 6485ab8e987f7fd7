import type { Clock, EpochMillis } from '../platform/clock.ts';
import type { SendEvents } from '../platform/event-sender.ts';
import type { Log } from '../platform/log.ts';
import { MetricName, type RecordMetric } from '../platform/metrics.ts';
import type { Settings } from '../platform/settings.ts';
import { ageInDays, expectedDates } from './calendar.ts';
import { type SubscribedSeries, subscribedSeries } from './catalogue.ts';
import type { ReportLedger } from './ledger.ts';
import type { LedgerItem } from './ledger-item.ts';
import { sendOwedEvents } from './owed-events.ts';
import type { ReportMessage } from './report-message.ts';
import type { Partition } from './series.ts';

/** Puts messages on the report queue; `group` is the key whose requests they use, for fair queueing. */
export type QueueReports = (messages: readonly { message: ReportMessage; group: string }[]) => Promise<void>;

export type PlanDependencies = {
  settings: Settings;
  ledger: ReportLedger;
  queueReports: QueueReports;
  sendEvents: SendEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

export type PlanResult = { series: number; queued: number; known: number };

/** A message that is on the queue is not sent again for so long. Twice would do no harm, only cost. */
const QUEUED_FOR_MILLIS = 2 * 3_600_000;
/** Report dates up to this age go before older ones. */
const TODAY_DAYS = 3;

/**
 * Compares the partitions that should exist by now with the ledger, and queues those that are not settled or
 * are to be looked at again. Sends events that are still owed.
 *
 * Holds no state of its own: whatever was missed is found by the next run.
 */
export async function planReports(deps: PlanDependencies): Promise<PlanResult> {
  const result: PlanResult = { series: 0, queued: 0, known: 0 };
  for (const subscription of subscribedSeries(deps.settings)) {
    result.series += 1;
    const { queued, known } = await planSeries(deps, subscription);
    result.queued += queued;
    result.known += known;
  }
  deps.metric(MetricName.partitionsQueued, result.queued);
  deps.metric(MetricName.plannerRun, 1);
  deps.log.info('Planned', result);
  return result;
}

async function planSeries(deps: PlanDependencies, { series, entry, backfillDays }: SubscribedSeries) {
  const now = deps.clock.now();
  const dates = expectedDates(entry, backfillDays, now);
  const [newest, oldest] = [dates[0], dates.at(-1)];
  if (newest === undefined || oldest === undefined) return { queued: 0, known: 0 };
  const known = new Map((await deps.ledger.list(series, oldest, newest)).map((item) => [item.sk, item]));
  const wanted: Partition[] = [];
  for (const reportDate of dates) {
    const partition = { ...series, reportDate };
    const item = known.get(reportDate);
    if (item === undefined) await deps.ledger.expect(partition);
    else await sendOwedEvents(deps, partition, item.owed);
    if (item === undefined || needsFetching(item, now)) wanted.push(partition);
  }
  // The queue first, the note after: a crash between them queues a partition twice, never not at all.
  await deps.queueReports(
    wanted.map((partition) => ({
      message: {
        ...partition,
        priority: ageInDays(entry, partition.reportDate, now) <= TODAY_DAYS ? 'today' : 'backfill',
      },
      group: series.team,
    })),
  );
  for (const partition of wanted) await deps.ledger.noteQueued(partition);
  return { queued: wanted.length, known: known.size };
}

/** Whether a partition is to be queued: the counterpart of what the ledger lets a worker claim. */
export function needsFetching(item: LedgerItem, now: EpochMillis): boolean {
  if (item.queuedAt !== undefined && item.queuedAt + QUEUED_FOR_MILLIS > now) return false;
  switch (item.state) {
    case 'due':
      return true;
    case 'fetching':
      return (item.leaseUntil ?? 0) <= now;
    case 'waiting':
    case 'failed':
      return (item.nextAttemptAt ?? 0) <= now;
    case 'stored':
    case 'empty':
    case 'expired':
      return item.recheckAt !== undefined && item.recheckAt <= now;
  }
}
