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
import { subscribedSeries } from './catalogue/catalogue.ts';
import { type PlanArrivalsDependencies, planArrivals } from './plan/plan-arrivals.ts';
import { type PlanDependencies, type PlanResult, planReports, type RunBounds } from './plan/plan-reports.ts';
import type { PlannerRuns } from './plan/planner-runs.ts';
import { type PlanReviewsDependencies, type PlanReviewsResult, planReviews } from './reviews/plan-reviews.ts';

export type PlanAllDependencies = PlanDependencies &
  PlanAnalyticsDependencies &
  PlanReviewsDependencies & { runs: Pick<PlannerRuns, 'note' | 'pause' | 'unfinished'> };

/**
 * One run of the planner over everything that the settings name. Counted as a run only when every series has been looked
 * at: by this one, or by this one and those before it that ended for lack of time.
 */
export async function planAll(
  deps: PlanAllDependencies,
  { remainingMillis }: Pick<RunBounds, 'remainingMillis'> = {},
): Promise<PlanResult & { analytics?: PlanAnalyticsResult; reviews?: PlanReviewsResult }> {
  const resume = await deps.runs.unfinished();
  const { unfinished, ...reports } = await planReports(deps, {
    ...(remainingMillis !== undefined && { remainingMillis }),
    resume,
  });
  const analytics = await planAnalytics(deps);
  const reviews = await planReviews(deps);
  const complete = unfinished === undefined || unfinished.left === 0;
  if (complete) await deps.runs.note();
  if (unfinished !== undefined)
    await deps.runs.pause(
      complete ? { ...unfinished, left: subscribedSeries(deps.settings).length } : unfinished,
    );
  if (complete) deps.metric(MetricName.plannerRun, 1);
  return {
    ...reports,
    ...(analytics.apps > 0 && { analytics }),
    ...(reviews.apps > 0 && { reviews }),
  };
}

/** One of the frequent runs: asks for what usually appears at this hour, and for nothing else. */
export async function planAllArrivals(
  deps: PlanArrivalsDependencies & PlanAnalyticsArrivalsDependencies,
  bounds: Pick<RunBounds, 'remainingMillis'> = {},
): Promise<{ series: number; queued: number; apps?: number }> {
  const reports = await planArrivals(deps, bounds);
  const apps = await planAnalyticsArrivals(deps);
  return apps === 0 ? reports : { ...reports, apps };
}
