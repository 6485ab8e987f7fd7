import { documentClient, eventBridgeClient, sqsClient } from '../platform/aws-clients.ts';
import { systemClock } from '../platform/clock.ts';
import { environmentSchema, readEnvironment } from '../platform/environment.ts';
import { createEventSender } from '../platform/event-sender.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { readBundledSettings } from '../platform/settings-file.ts';
import { createReportLedger } from './ledger.ts';
import { type PlanDependencies, planReports } from './plan-reports.ts';
import { createReportQueue } from './report-queue.ts';
import { parseReportRequest, requestReports } from './request-reports.ts';

const log = createLog();
let dependencies: PlanDependencies | undefined;

/**
 * Hourly, by schedule: queues every partition that should exist and is not settled. Invoked by a person with
 * `{ team?, vendor?, report?, from, to, refetch? }`: queues exactly those.
 */
export const handler = topLevel(log, async (event: unknown) => {
  dependencies ??= connect();
  return isRequest(event)
    ? requestReports(dependencies, parseReportRequest(event))
    : planReports(dependencies);
});

/** The schedule's own event has an id; whatever else is not empty is meant as a request, however misspelt. */
const isRequest = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && Object.keys(event).length > 0 && !('detail-type' in event);

function connect(): PlanDependencies {
  const environment = readEnvironment(
    environmentSchema.pick({ REPORTS_TABLE: true, REPORT_QUEUE_URL: true, EVENT_BUS_NAME: true }),
  );
  return {
    settings: readBundledSettings(),
    ledger: createReportLedger({
      documents: documentClient(),
      table: environment.REPORTS_TABLE,
      clock: systemClock,
    }),
    queueReports: createReportQueue(sqsClient(), environment.REPORT_QUEUE_URL),
    sendEvents: createEventSender(eventBridgeClient(), environment.EVENT_BUS_NAME),
    clock: systemClock,
    log,
    metric: createMetrics(),
  };
}
