import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import type { PriceLedger } from '../store/price-ledger.ts';

export type PublishDependencies = {
  ledger: Pick<PriceLedger, 'transition'>;
  sendEvents: PublishEvents;
  log: Pick<Log, 'warn'>;
  metric: RecordMetric;
};

/**
 * Publishes the events that a change has in its outbox, and notes it. On failure they stay there: the sweep publishes
 * them.
 */
export async function publishPendingEvents(deps: PublishDependencies, record: ChangeRecord): Promise<void> {
  if (record.owed.length === 0) return;
  try {
    await deps.sendEvents(record.owed);
    await deps.ledger.transition(record, { kind: 'published' });
  } catch (error) {
    deps.log.warn('Events could not be published and stay pending', { changeId: record.changeId, error });
    deps.metric(MetricName.eventOwed, record.owed.length, { job: 'prices' });
  }
}
