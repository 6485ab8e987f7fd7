import { z } from 'zod';
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
import { type AcceptDependencies, acceptChange } from './accept-change.ts';
import { acceptFile } from './accept-file.ts';
import { approveChange } from './approve-change.ts';
import { createChangeQueue } from './change-queue.ts';
import { createPlanner } from './planner.ts';
import { createPriceAudit, type PriceAudit } from './price-audit.ts';
import { createPriceFiles, type PriceFiles } from './price-files.ts';
import { createPriceLedger } from './price-ledger.ts';
import { rollBack } from './rollback.ts';
import { sweepChanges } from './sweep-changes.ts';

const log = createLog();
let dependencies: (AcceptDependencies & { files: PriceFiles; audit: PriceAudit }) | undefined;

const busEvent = z.object({ 'detail-type': z.string(), detail: z.unknown() });
const objectCreated = z.object({
  object: z.object({ key: z.string(), 'version-id': z.string().optional(), etag: z.string().optional() }),
});

/**
 * The front door of price changes: events from the bus, files from the bucket, direct invokes
 * (a request, an approval, `{ rollback }`), and the sweep of the schedule (`{ sweep: true }`).
 */
export const handler = topLevel(log, async (event: unknown) => {
  dependencies ??= connect();
  const fromBus = busEvent.safeParse(event);
  if (fromBus.success) return receive(dependencies, fromBus.data['detail-type'], fromBus.data.detail);
  if (isObject(event) && 'sweep' in event) return sweepChanges(dependencies);
  if (isObject(event) && 'rollback' in event) return rollBack(dependencies, event['rollback']);
  if (isObject(event) && 'planSha256' in event) return approveChange(dependencies, event);
  return acceptChange(dependencies, event, false);
});

async function receive(deps: NonNullable<typeof dependencies>, detailType: string, detail: unknown) {
  switch (detailType) {
    case 'Price Change Approved': {
      const answer = await approveChange(deps, detail);
      if (answer.status === 'rejected') log.warn('An approval was refused', { answer });
      return answer;
    }
    case 'Object Created': {
      const { object } = objectCreated.parse(detail);
      const versionId = object['version-id'] ?? object.etag ?? '';
      return acceptFile(deps, { key: object.key, versionId });
    }
    default:
      return acceptChange(deps, detail, true);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function connect() {
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
