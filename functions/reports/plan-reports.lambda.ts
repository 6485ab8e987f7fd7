import { createEventPublisher } from '../events/event-publisher.ts';
import { documentClient, eventBridgeClient, sqsClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createAnalyticsLedger } from './analytics/analytics-ledger.ts';
import { type PlanAnalyticsDependencies, planAnalytics } from './analytics/plan-analytics.ts';
import { isAboutAnalytics, requestAnalytics } from './analytics/request-analytics.ts';
import { createReportLedger } from './partition/ledger.ts';
import { type PlanDependencies, planReports } from './plan/plan-reports.ts';
import { createReportQueue } from './plan/report-queue.ts';
import { parseReportRequest, requestReports } from './plan/request-reports.ts';

const log = createLog();
type Dependencies = PlanDependencies & PlanAnalyticsDependencies;
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
  const reports = await planReports(dependencies);
  const analytics = await planAnalytics(dependencies);
  return analytics.apps === 0 ? reports : { ...reports, analytics };
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
