import * as z from 'zod';
import { SCHEDULED_EVENT } from '../platform/bus-event.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { isAboutAnalytics, requestAnalytics } from './analytics/request-analytics.ts';
import { parseReportRequest, requestReports } from './plan/request-reports.ts';
import { planAll, planAllArrivals } from './plan-all.ts';
import { connectPlanner, type PlannerDependencies } from './planner-dependencies.ts';
import { isAboutRebuild, requestRebuild } from './rebuild/request-rebuild.ts';
import { isAboutReviews, requestReviews } from './reviews/request-reviews.ts';

const log = createLog();
let dependencies: PlannerDependencies | undefined;

/**
 * Hourly, by schedule: queues every partition that should exist and is not settled. More often, with
 * `{ "look": "arrivals" }`: those that usually appear at this hour. Invoked by a person with
 * `{ team?, vendor?, report?, from, to, refetch? }`, or for analytics `{ team?, app?, report?, from, to, refetch? }`:
 * queues exactly those. With `{ report: 'CUSTOMER_REVIEWS', team?, app? }`: queues a look at reviews. With `{ rebuild: true, … }`: queues tables that are to be made anew of raw files.
 */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context) => {
    dependencies ??= connectPlanner(log);
    const bounds = { remainingMillis: () => context.getRemainingTimeInMillis() };
    if (isAboutRebuild(event)) return requestRebuild(dependencies, event);
    if (isAboutReviews(event)) return requestReviews(dependencies, event);
    if (isAboutAnalytics(event)) return requestAnalytics(dependencies, event);
    if (isAboutArrivals(event)) return planAllArrivals(dependencies, bounds);
    if (isRequest(event)) return requestReports(dependencies, parseReportRequest(event));
    return planAll(dependencies, bounds);
  },
  { takes: [SCHEDULED_EVENT] },
);

/** The frequent runs: `{ "look": "arrivals" }`. */
const isAboutArrivals = (event: unknown): boolean =>
  z.object({ look: z.literal('arrivals') }).safeParse(event).success;

/** The schedule's own event has an id; whatever else is not empty is meant as a request, however misspelt. */
const isRequest = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && Object.keys(event).length > 0 && !('detail-type' in event);
