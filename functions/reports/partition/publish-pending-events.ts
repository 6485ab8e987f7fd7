import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { AnyPartition } from '../catalogue/series.ts';
import type { ReportLedger } from './ledger.ts';
import type { PendingEvent } from './ledger-item.ts';

/**
 * Publishes the pending events of a partition (its outbox) and marks them as published. After a failure they stay
 * pending and the planner publishes them within the hour: hence at least once.
 *
 * @returns whether they were published
 */
export async function publishPendingEvents(
  deps: {
    ledger: Pick<ReportLedger, 'markPublished'>;
    sendEvents: PublishEvents;
    log: Log;
    metric: RecordMetric;
  },
  partition: AnyPartition,
  pending: readonly PendingEvent[],
): Promise<boolean> {
  if (pending.length === 0) return true;
  try {
    // mutation: send-report-events
    await deps.sendEvents(pending);
    await deps.ledger.markPublished(partition, pending);
    return true;
  } catch (error) {
    deps.log.warn('Events could not be published and stay pending', { partition, error });
    deps.metric(MetricName.eventOwed, pending.length, { job: 'reports' });
    return false;
  }
}
