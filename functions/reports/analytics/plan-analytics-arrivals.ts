import type { Settings } from '../../platform/config/settings.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { DAY_MILLIS, utcDay } from '../../platform/util/time.ts';
import { usualArrival } from '../partition/arrival.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { SubscribedAnalytics, SubscribedApp } from './names/app-series.ts';
import { subscribedApps } from './names/app-series.ts';
import { startOfDay, today } from './names/processing-date.ts';
import { checkIsDue, type PlanAnalyticsDependencies, queueCheck } from './plan-analytics.ts';
import { NEXT } from './store/analytics-ledger.ts';

export type PlanAnalyticsArrivalsDependencies = Pick<
  PlanAnalyticsDependencies,
  'settings' | 'queueReports' | 'analytics' | 'clock'
> & { ledger: Pick<ReportLedger, 'list' | 'markQueued'> };

const APP_CONCURRENCY = 4;
/** Processing dates from which the usual hours are learned. */
const LEARNED_DAYS = 25;

/**
 * Looks at the apps that await an instance which usually appears at this hour, and at no other. The hourly run does
 * everything else.
 *
 * @returns how many apps are looked at
 */
export async function planAnalyticsArrivals(
  deps: PlanAnalyticsArrivalsDependencies & { settings: Pick<Settings, 'teams'> },
): Promise<number> {
  let queued = 0;
  await forEachConcurrently(subscribedApps(deps.settings), APP_CONCURRENCY, async (subscribed) => {
    const { team, app } = subscribed;
    const item = await deps.analytics.app({ team, app });
    // While nothing is awaited today, the next check is hours away: no series is read.
    if (item === undefined || !checkIsDue(item, deps.clock.now())) return;
    if (!(await someAppearsNow(deps, subscribed))) return;
    await queueCheck(deps, subscribed);
    queued += 1;
  });
  return queued;
}

async function someAppearsNow(
  deps: PlanAnalyticsArrivalsDependencies,
  { series }: SubscribedApp,
): Promise<boolean> {
  for (const subscribed of series) if (await appearsNow(deps, subscribed)) return true;
  return false;
}

async function appearsNow(
  { ledger, clock }: PlanAnalyticsArrivalsDependencies,
  { series, parts }: SubscribedAnalytics,
): Promise<boolean> {
  if (parts.snapshot) return false;
  const now = clock.now();
  const from = utcDay(now - LEARNED_DAYS * DAY_MILLIS);
  const items = await ledger.list(series, from, NEXT);
  const awaited = items.find(({ sk }) => sk === NEXT);
  if (awaited?.awaitedDate === undefined || awaited.awaitedDate > today(now)) return false;
  const window = usualArrival(
    items.filter(({ sk }) => sk !== NEXT),
    startOfDay,
  );
  const offset = now - startOfDay(awaited.awaitedDate);
  return window.learned && window.from <= offset && offset <= window.to;
}
