import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createEventPublisher } from '../events/event-publisher.ts';
import { documentClient, eventBridgeClient, sqsClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { hasMetricsByTeam } from '../platform/config/metrics-by-team.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import type { RequestAnalyticsDependencies } from './analytics/request-analytics.ts';
import { createAnalyticsLedger } from './analytics/store/analytics-ledger.ts';
import { createReportLedger } from './partition/ledger.ts';
import { createPlannerRuns } from './plan/planner-runs.ts';
import { createReportQueue } from './plan/report-queue.ts';
import type { RequestDependencies } from './plan/request-reports.ts';
import { createSeriesMarks } from './plan/series-marks.ts';
import type { PlanAllDependencies } from './plan-all.ts';
import type { RequestRebuildDependencies } from './rebuild/request-rebuild.ts';
import type { RequestReviewsDependencies } from './reviews/request-reviews.ts';
import { createReportVersions } from './vendor/report-versions.ts';
import { createVendorRefusals } from './vendor/vendor-refusals.ts';

export type PlannerDependencies = PlanAllDependencies &
  RequestDependencies &
  RequestAnalyticsDependencies &
  RequestRebuildDependencies &
  RequestReviewsDependencies;

/** What the planner works with, from the environment that the stack gives it. */
export function connectPlanner(log: Log): PlannerDependencies {
  const environment = readEnvironment(
    environmentSchema.pick({ REPORTS_TABLE: true, REPORT_QUEUE_URL: true, EVENT_BUS_NAME: true }),
  );
  const settings = readBundledSettings();
  return createPlanner({
    settings,
    documents: documentClient(),
    table: environment.REPORTS_TABLE,
    queueReports: createReportQueue(sqsClient(), environment.REPORT_QUEUE_URL),
    sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
    clock: systemClock,
    log,
    metric: createMetrics({ byTeam: hasMetricsByTeam(settings) }),
  });
}

/** The planner over given services, wherever they are. */
export function createPlanner(
  options: Pick<
    PlannerDependencies,
    'settings' | 'queueReports' | 'sendEvents' | 'clock' | 'log' | 'metric'
  > & { documents: DynamoDBDocumentClient; table: string },
): PlannerDependencies {
  const { documents, table: name, ...given } = options;
  const table = { documents, table: name, clock: given.clock };
  const ledger = createReportLedger(table);
  return {
    ...given,
    ledger,
    analytics: createAnalyticsLedger({ ...table, ledger }),
    runs: createPlannerRuns(table),
    marks: createSeriesMarks(table),
    versions: createReportVersions(table),
    vendors: createVendorRefusals(table),
  };
}
