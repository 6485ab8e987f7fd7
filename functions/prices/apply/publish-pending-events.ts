import { MetricName } from '../../platform/logging/metrics.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';

/** What telling needs. */
export type PublishDependencies = Pick<ApplyDependencies, 'ledger' | 'sendEvents' | 'log' | 'metric'>;

/** Sends what a change owes and notes it. A failure leaves it owed: the sweep sends it. */
export async function publishPendingEvents(deps: PublishDependencies, record: ChangeRecord): Promise<void> {
  if (record.owed.length === 0) return;
  try {
    await deps.sendEvents(record.owed);
    await deps.ledger.transition(record, { kind: 'told' });
  } catch (error) {
    deps.log.warn('Events could not be sent and stay owed', { changeId: record.changeId, error });
    deps.metric(MetricName.eventOwed, record.owed.length, { job: 'prices' });
  }
}
