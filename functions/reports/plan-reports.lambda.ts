import { createEventPublisher } from '../events/event-publisher.ts';
import { documentClient, eventBridgeClient, sqsClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createAnalyticsLedger } from './analytics/analytics-ledger.ts';
import {
  isAboutAnalytics,
  type RequestAnalyticsDependencies,
  requestAnalytics,
} from './analytics/request-analytics.ts';
import { createReportLedger } from './partition/ledger.ts';
import { createReportQueue } from './plan/report-queue.ts';
import { parseReportRequest, type RequestDependencies, requestReports } from './plan/request-reports.ts';
import { type PlanAllDependencies, planAll } from './plan-all.ts';

const log = createLog();
type Dependencies = PlanAllDependencies & RequestDependencies & RequestAnalyticsDependencies;
let dependencies: Dependencies | undefined;

/**
 * Hourly, by schedule: queues every partition that should exist and is not settled. Invoked by a person with
 * `{ team?, vendor?, report?, from, to, refetch? }`, or for analytics `{ team?, app?, report?, from, to, refetch? }`:
 * queues exactly those.
 */
export const handler = withErrorLogging(log, async (event: unknown) => {
  dependencies ??= connect();
  if (isAboutAnalytics(event)) return requestAnalytics(dependencies, event);
  if (isRequest(event)) return requestReports(dependencies, parseReportRequest(event));
  return planAll(dependencies);
});

/** The schedule's own event has an id; whatever else is not empty is meant as a request, however misspelt. */
const isRequest = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && Object.keys(event).length > 0 && !('detail-type' in event);

function connect(): Dependencies {
  const environment = readEnvironment(
    environmentSchema.pick({ REPORTS_TABLE: true, REPORT_QUEUE_URL: true, EVENT_BUS_NAME: true }),
  );
  const table = { documents: documentClient(), table: environment.REPORTS_TABLE, clock: systemClock };
  const ledger = createReportLedger(table);
  return {
    settings: readBundledSettings(),
    ledger,
    analytics: createAnalyticsLedger({ ...table, ledger }),
    queueReports: createReportQueue(sqsClient(), environment.REPORT_QUEUE_URL),
    sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
    clock: systemClock,
    log,
    metric: createMetrics(),
  };
}
