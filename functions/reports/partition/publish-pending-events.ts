import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { AnyPartition } from '../catalogue/series.ts';
import type { ReportLedger } from './ledger.ts';
import type { PendingEvent } from './ledger-item.ts';

/**
 * Sends the events that a partition owes and notes it. A failure only means that they stay owed: the settle
 * that decided them stands, and the planner sends them within the hour. Hence at least once.
 *
 * @returns whether they were sent
 */
export async function publishPendingEvents(
  deps: {
    ledger: Pick<ReportLedger, 'markPublished'>;
    sendEvents: PublishEvents;
    log: Log;
    metric: RecordMetric;
  },
  partition: AnyPartition,
  owed: readonly PendingEvent[],
): Promise<boolean> {
  if (owed.length === 0) return true;
  try {
    // mutation: send-report-events
    await deps.sendEvents(owed);
    await deps.ledger.markPublished(partition, owed);
    return true;
  } catch (error) {
    deps.log.warn('Events could not be sent and stay owed', { partition, error });
    deps.metric(MetricName.eventOwed, owed.length, { job: 'reports' });
    return false;
  }
}
