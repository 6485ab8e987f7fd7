import { MetricName } from '../platform/logging/metrics.ts';
import {
  type PlanAnalyticsDependencies,
  type PlanAnalyticsResult,
  planAnalytics,
} from './analytics/plan-analytics.ts';
import {
  type PlanAnalyticsArrivalsDependencies,
  planAnalyticsArrivals,
} from './analytics/plan-analytics-arrivals.ts';
import { type PlanArrivalsDependencies, planArrivals } from './plan/plan-arrivals.ts';
import { type PlanDependencies, type PlanResult, planReports } from './plan/plan-reports.ts';
import type { PlannerRuns } from './plan/planner-runs.ts';
import { type PlanReviewsDependencies, type PlanReviewsResult, planReviews } from './reviews/plan-reviews.ts';

export type PlanAllDependencies = PlanDependencies &
  PlanAnalyticsDependencies &
  PlanReviewsDependencies & { runs: Pick<PlannerRuns, 'note'> };

/** One run of the planner over everything that the settings name. Counted as a run only when it came to its end. */
export async function planAll(
  deps: PlanAllDependencies,
): Promise<PlanResult & { analytics?: PlanAnalyticsResult; reviews?: PlanReviewsResult }> {
  const reports = await planReports(deps);
  const analytics = await planAnalytics(deps);
  const reviews = await planReviews(deps);
  await deps.runs.note();
  deps.metric(MetricName.plannerRun, 1);
  return {
    ...reports,
    ...(analytics.apps > 0 && { analytics }),
    ...(reviews.apps > 0 && { reviews }),
  };
}

/** One of the frequent runs: asks for what usually appears at this hour, and for nothing else. */
export async function planAllArrivals(
  deps: PlanArrivalsDependencies & PlanAnalyticsArrivalsDependencies,
): Promise<{ series: number; queued: number; apps?: number }> {
  const reports = await planArrivals(deps);
  const apps = await planAnalyticsArrivals(deps);
  return apps === 0 ? reports : { ...reports, apps };
}
