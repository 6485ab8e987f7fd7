import {
  documentClient,
  eventBridgeClient,
  lambdaClient,
  s3Client,
  sqsClient,
} from '../platform/aws-clients.ts';
import { systemClock } from '../platform/clock.ts';
import { environmentSchema, readEnvironment } from '../platform/environment.ts';
import { createEventSender } from '../platform/event-sender.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { readBundledSettings } from '../platform/settings-file.ts';
import { createChangeQueue } from './change-queue.ts';
import { type DoorDependencies, receive } from './front-door.ts';
import { createPlanner } from './planner.ts';
import { createPriceAudit } from './price-audit.ts';
import { createPriceFiles } from './price-files.ts';
import { createPriceLedger } from './price-ledger.ts';

const log = createLog();
let dependencies: DoorDependencies | undefined;

/** The front door of price changes: whatever asks for one, approves one, or takes one back. */
export const handler = topLevel(log, async (event: unknown) => {
  dependencies ??= connect();
  return receive(dependencies, event);
});

function connect(): DoorDependencies {
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
    queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, systemClock),
    planOnly: createPlanner(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    files: createPriceFiles(s3, environment.LAKE_BUCKET),
    audit: createPriceAudit(s3, environment.LAKE_BUCKET),
    sendEvents: createEventSender(eventBridgeClient(), environment.EVENT_BUS_NAME),
    clock: systemClock,
    log,
    metric: createMetrics(),
  };
}
