import { createEventPublisher } from '../events/event-publisher.ts';
import { eventBridgeClient, s3Client, sqsClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { hasMetricsByTeam } from '../platform/config/metrics-by-team.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { acceptanceStores } from './acceptance-stores.ts';
import type { AcceptanceDependencies } from './campaign/accept/route-campaign.ts';
import { createAuditLog } from './store/audit-log.ts';
import { createChangeQueue } from './store/change-queue.ts';
import { createPriceFiles } from './store/price-files.ts';

/** Composition root of AcceptPriceChange: its clients and stores, by the environment. */
export function connectAcceptance(log: Log): AcceptanceDependencies {
  const environment = readEnvironment(
    environmentSchema.pick({
      PRICES_TABLE: true,
      LAKE_BUCKET: true,
      PRICE_QUEUE_URL: true,
      APPLY_FUNCTION_NAME: true,
      EVENT_BUS_NAME: true,
    }),
  );
  const s3 = s3Client();
  const settings = readBundledSettings();
  return {
    settings,
    ...acceptanceStores(environment),
    queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, systemClock),
    files: createPriceFiles(s3, environment.LAKE_BUCKET),
    audit: createAuditLog(s3, environment.LAKE_BUCKET),
    sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
    log,
    metric: createMetrics({ byTeam: hasMetricsByTeam(settings) }),
  };
}
