import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AppleAccess, connectApple } from '../app-store-connect/apple-access.ts';
import { createEventPublisher, type PublishEvents } from '../events/event-publisher.ts';
import {
  documentClient,
  eventBridgeClient,
  s3Client,
  secretsManagerClient,
} from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { hasMetricsByTeam } from '../platform/config/metrics-by-team.ts';
import type { Settings } from '../platform/config/settings.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createAnalyticsLedger } from './analytics/store/analytics-ledger.ts';
import { createAddedColumns } from './columns/added-columns.ts';
import { createLake } from './fetch/lake.ts';
import type { BatchDependencies } from './fetch-batch.ts';
import { createReportLedger } from './partition/ledger.ts';
import { createReportVersions } from './vendor/report-versions.ts';
import { createVendorRefusals } from './vendor/vendor-refusals.ts';

/** What the fetcher works with, from the environment that the stack gives it. */
export function connectFetcher(log: Log): BatchDependencies {
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
  const settings = readBundledSettings();
  return createFetcher({
    apple: connectApple({
      environment,
      documents,
      secrets: secretsManagerClient(),
      clock: systemClock,
      log,
      metric: createMetrics({ byTeam: hasMetricsByTeam(settings) }),
    }),
    settings,
    documents,
    table: environment.REPORTS_TABLE,
    s3: s3Client(),
    bucket: environment.LAKE_BUCKET,
    sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
  });
}

/** The fetcher over given services, wherever they are. */
export function createFetcher(options: {
  apple: AppleAccess;
  settings: Settings;
  documents: DynamoDBDocumentClient;
  table: string;
  s3: S3Client;
  bucket: string;
  sendEvents: PublishEvents;
}): BatchDependencies {
  const { apple, settings, documents, sendEvents } = options;
  const table = { documents, table: options.table, clock: apple.clock };
  const ledger = createReportLedger(table);
  return {
    ...apple,
    settings,
    ledger,
    analytics: createAnalyticsLedger({ ...table, ledger }),
    columns: createAddedColumns(table),
    versions: createReportVersions(table),
    vendors: createVendorRefusals(table),
    lake: createLake(options.s3, options.bucket),
    // Loaded with the first file to convert, not on a cold start.
    convert: async (report) => (await import('./table/convert.ts')).convertReport(report),
    sendEvents,
  };
}
