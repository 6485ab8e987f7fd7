import type { PublishEvents } from '../../../events/event-publisher.ts';
import type { Log } from '../../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../../platform/logging/metrics.ts';
import type { CampaignRecord } from '../model/campaign-record.ts';
import type { CampaignLedger } from '../store/campaign-ledger.ts';

/** Publishes what a campaign has in its outbox, and notes it. On failure it stays there: the sweep publishes it. */
export async function publishCampaignEvents(
  deps: {
    campaigns: Pick<CampaignLedger, 'transition'>;
    sendEvents: PublishEvents;
    log: Pick<Log, 'warn'>;
    metric: RecordMetric;
  },
  record: CampaignRecord,
): Promise<void> {
  if (record.owed.length === 0) return;
  try {
    await deps.sendEvents(record.owed);
    await deps.campaigns.transition(record, { kind: 'published' });
  } catch (error) {
    const { campaign } = record;
    deps.log.warn('Events of a campaign could not be published and stay pending', { campaign, error });
    deps.metric(MetricName.eventOwed, record.owed.length, { job: 'prices' });
  }
}
