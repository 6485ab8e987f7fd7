import { createEventPublisher } from '../events/event-publisher.ts';
import {
  documentClient,
  eventBridgeClient,
  lambdaClient,
  s3Client,
  sqsClient,
} from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createPlanClient } from './ask/plan-client.ts';
import { createProductClient } from './ask/product-client.ts';
import { createSelectionClient } from './ask/selection-client.ts';
import type { AcceptanceDependencies } from './campaign/accept/route-campaign.ts';
import { createCampaignLedger } from './campaign/store/campaign-ledger.ts';
import { rememberingProducts } from './names/find-product.ts';
import { createAuditLog } from './store/audit-log.ts';
import { createChangeQueue } from './store/change-queue.ts';
import { createProductNames } from './store/kept/product-names.ts';
import { createPriceFiles } from './store/price-files.ts';
import { createPriceLedger } from './store/price-ledger.ts';

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
  return {
    settings: readBundledSettings(),
    ledger: createPriceLedger({
      documents: documentClient(),
      table: environment.PRICES_TABLE,
      clock: systemClock,
    }),
    campaigns: createCampaignLedger({
      documents: documentClient(),
      table: environment.PRICES_TABLE,
      clock: systemClock,
    }),
    findProducts: createSelectionClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, systemClock),
    findProduct: rememberingProducts(
      createProductNames(documentClient(), environment.PRICES_TABLE),
      createProductClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    ),
    planOnly: createPlanClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    files: createPriceFiles(s3, environment.LAKE_BUCKET),
    audit: createAuditLog(s3, environment.LAKE_BUCKET),
    sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
    clock: systemClock,
    log,
    metric: createMetrics(),
  };
}
