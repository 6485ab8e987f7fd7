import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connectApple } from '../app-store-connect/apple-access.ts';
import {
  documentClient,
  eventBridgeClient,
  s3Client,
  secretsManagerClient,
} from '../platform/aws-clients.ts';
import { systemClock } from '../platform/clock.ts';
import { environmentSchema, readEnvironment } from '../platform/environment.ts';
import { createEventSender } from '../platform/event-sender.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { readBundledSettings } from '../platform/settings-file.ts';
import { createAnalyticsLedger } from './analytics/analytics-ledger.ts';
import { type BatchDependencies, fetchBatch } from './fetch-batch.ts';
import { createLake } from './lake.ts';
import { createReportLedger } from './ledger.ts';
import { convertReport } from './table/convert.ts';

const log = createLog();
let dependencies: BatchDependencies | undefined;

/** From the report queue: fetches partitions; reports those that must be received again. */
export const handler = topLevel(log, async (event: SQSEvent, context): Promise<SQSBatchResponse> => {
  dependencies ??= connect();
  const failed = await fetchBatch(
    dependencies,
    event.Records.map(({ messageId, body }) => ({ id: messageId, body })),
    () => context.getRemainingTimeInMillis(),
  );
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
});

function connect(): BatchDependencies {
  const environment = readEnvironment(
    environmentSchema.pick({
      REPORTS_TABLE: true,
      BUDGET_TABLE: true,
      LAKE_BUCKET: true,
      EVENT_BUS_NAME: true,
      APP_STORE_CONNECT_BASE_URL: true,
      SCOPED_TOKENS: true,
    }),
  );
  const documents = documentClient();
  const table = { documents, table: environment.REPORTS_TABLE, clock: systemClock };
  const ledger = createReportLedger(table);
  return {
    ...connectApple({
      environment,
      documents,
      secrets: secretsManagerClient(),
      clock: systemClock,
      log,
      metric: createMetrics(),
    }),
    settings: readBundledSettings(),
    ledger,
    analytics: createAnalyticsLedger({ ...table, ledger }),
    lake: createLake(s3Client(), environment.LAKE_BUCKET),
    convert: convertReport,
    sendEvents: createEventSender(eventBridgeClient(), environment.EVENT_BUS_NAME),
  };
}
