import { Temporal } from 'temporal-polyfill';
import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import {
  listAnalyticsReports,
  listReportInstances,
} from '../../app-store-connect/resources/analytics-reports.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { closestMatches } from '../../platform/util/closest-matches.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import type { Granularity } from './names/analytics-name.ts';
import type { SubscribedAnalytics } from './names/app-series.ts';
import { startOfDay, today } from './names/processing-date.ts';
import type { AnalyticsLedger, Awaited, SeriesState } from './store/analytics-ledger.ts';

export type DiscoverDependencies = {
  client: AppStoreConnectClient;
  analytics: Pick<AnalyticsLedger, 'series' | 'noteInstances' | 'awaitNext'>;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

/** How a series stands after a look at Apple. `waiting`: an instance is awaited today. `failed`: a person is needed. */
export type Discovery = {
  state: 'checked' | 'waiting' | 'failed';
  reason?: string;
  /** Apple is well, and has not made the instance yet: it may appear at any moment. */
  notReady?: true;
  /** Nothing is awaited before this moment. */
  awaitedFrom?: EpochMillis;
  /** Processing dates with an instance that is to be fetched. */
  found?: readonly string[];
};

/** The reports of a request by category, each list read once. */
export type ReportLists = (category: string) => Promise<{ id: string; name: string }[]>;

export function reportLists(client: AppStoreConnectClient, requestId: string): ReportLists {
  const lists = new Map<string, ReturnType<ReportLists>>();
  return (category) => {
    const list = lists.get(category) ?? listAnalyticsReports(client, requestId, category);
    lists.set(category, list);
    return list;
  };
}

const PERIOD: Record<Granularity, Temporal.DurationLike> = {
  DAILY: { days: 1 },
  WEEKLY: { weeks: 1 },
  MONTHLY: { months: 1 },
};

/**
 * Notes all instances that Apple has for a series, and what it waits for next. A processing date that is known
 * with another instance is a restatement: the later instance counts.
 *
 * @throws AppStoreConnectError
 */
export async function discoverSeries(
  deps: DiscoverDependencies,
  subscribed: SubscribedAnalytics,
  lists: ReportLists,
): Promise<Discovery> {
  const { series, parts } = subscribed;
  const offered = await lists(parts.category);
  const report = offered.find(({ name }) => name === parts.name);
  if (report === undefined) return noteAwaited(deps, subscribed, notOffered(parts, offered));
  const instances = await listReportInstances(deps.client, report.id, parts.granularity);
  const known = await deps.analytics.series(series);
  const found: string[] = [];
  for (const [reportDate, ids] of byDate(instances)) {
    const before = known.partitions.find(({ sk }) => sk === reportDate)?.instances ?? [];
    // mutation: analytics-fresh
    const fresh = ids.filter((id) => !before.includes(id));
    if (fresh.length === 0) continue;
    if (fresh.length > 1) {
      deps.log.warn('Apple has several new instances for one date; the last one is taken', {
        series,
        reportDate,
        fresh,
      });
      deps.metric(MetricName.unknownAnswer, 1, { team: series.team, report: series.report });
    }
    const lastLook = before.length === 0 ? lastLookFor(known, reportDate) : undefined;
    await deps.analytics.noteInstances({ ...series, reportDate }, [...before, ...fresh], lastLook);
    found.push(reportDate);
  }
  const dates = instances.map(({ processingDate }) => processingDate);
  return { ...(await awaitNext(deps, subscribed, known, dates)), found };
}

/** When Apple was last seen without an instance for a date that was awaited by then. */
const lastLookFor = ({ next }: SeriesState, reportDate: string): EpochMillis | undefined =>
  next?.awaitedDate !== undefined && next.awaitedDate <= reportDate ? next.notReadyAt : undefined;

/** Writes down why a series gets nothing at present, in the item of the instance that it waits for. */
export async function noteAwaited(
  deps: DiscoverDependencies,
  { series, parts }: SubscribedAnalytics,
  { state, reason = '' }: Discovery,
): Promise<Discovery> {
  const known = await deps.analytics.series(series);
  const noted = state === 'failed' ? 'failed' : 'waiting';
  const awaitedDate =
    known.next?.awaitedDate ?? following(latest(known, []), parts.granularity, deps.clock.now());
  await note(deps, series, known.next, { state: noted, awaitedDate, lastAnswer: reason });
  if (state === 'failed') {
    deps.log.error('An analytics report cannot be had', { series, reason });
    deps.metric(MetricName.reportFailed, 1, { team: series.team, report: series.report });
  }
  return { state: noted, reason };
}

async function awaitNext(
  deps: DiscoverDependencies,
  { series, parts }: SubscribedAnalytics,
  known: SeriesState,
  dates: readonly string[],
): Promise<Discovery> {
  const newest = latest(known, dates);
  if (parts.snapshot && newest !== undefined) return snapshotIsThere(deps, series, known.next);
  const now = deps.clock.now();
  const awaitedDate =
    newest === undefined && known.next?.awaitedDate !== undefined
      ? known.next.awaitedDate
      : following(newest, parts.granularity, now);
  const lastAnswer =
    newest === undefined
      ? 'Apple has no instance yet: for a day or two after the request that is normal.'
      : `The newest instance is of ${newest}.`;
  await note(deps, series, known.next, { state: 'waiting', awaitedDate, lastAnswer, notReadyAt: now });
  return newest === undefined || awaitedDate <= today(now)
    ? { state: 'waiting', reason: lastAnswer, ...(newest !== undefined && { notReady: true }) }
    : { state: 'checked', awaitedFrom: startOfDay(awaitedDate) };
}

/** A snapshot is made once: with its instances there, nothing more is to come. */
async function snapshotIsThere(
  deps: DiscoverDependencies,
  series: SubscribedAnalytics['series'],
  next: LedgerItem | undefined,
): Promise<Discovery> {
  if (next?.awaitedDate !== undefined) {
    const lastAnswer = 'The snapshot is there; nothing more is awaited.';
    await note(deps, series, next, { state: 'stored', awaitedDate: next.awaitedDate, lastAnswer });
  }
  return { state: 'checked' };
}

/** Writes only what has changed: most looks find nothing. */
async function note(
  deps: DiscoverDependencies,
  series: SubscribedAnalytics['series'],
  next: LedgerItem | undefined,
  awaited: Awaited,
): Promise<void> {
  const same =
    next?.state === awaited.state &&
    next.awaitedDate === awaited.awaitedDate &&
    next.lastAnswer === awaited.lastAnswer &&
    awaited.notReadyAt === undefined;
  if (!same) await deps.analytics.awaitNext(series, next, awaited);
}

function notOffered(parts: SubscribedAnalytics['parts'], offered: { name: string }[]): Discovery {
  if (offered.length === 0) {
    return { state: 'waiting', reason: `Apple lists no reports of ${parts.category} yet.` };
  }
  const names = closestMatches(
    parts.name,
    offered.map(({ name }) => name),
  );
  return {
    state: 'failed',
    reason: `Apple offers no report "${parts.name}" in ${parts.category}. Nearest: ${names.map((name) => `"${name}"`).join(', ')}. Names are compared letter by letter; correct the settings.`,
  };
}

function byDate(instances: { id: string; processingDate: string }[]): Map<string, string[]> {
  const dates = new Map<string, string[]>();
  for (const { id, processingDate } of instances)
    dates.set(processingDate, [...(dates.get(processingDate) ?? []), id]);
  return dates;
}

const latest = ({ partitions }: SeriesState, dates: readonly string[]): string | undefined =>
  [...partitions.map(({ sk }) => sk), ...dates].sort().at(-1);

const following = (newest: string | undefined, granularity: Granularity, now: EpochMillis): string =>
  Temporal.PlainDate.from(newest ?? today(now))
    .add(PERIOD[granularity])
    .toString();
