import { MetricName } from '../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently, together } from '../../platform/util/concurrency.ts';
import { inGroupsOf } from '../../platform/util/in-groups.ts';
import { HOUR_MILLIS } from '../../platform/util/time.ts';
import { type SeriesSettings, type SubscribedSeries, subscribedSeries } from '../catalogue/catalogue.ts';
import { type Partition, seriesKey } from '../catalogue/series.ts';
import type { DailyCompleteness } from '../partition/freshness.ts';
import { type PlanPartitionsDependencies, queueWanted } from '../partition/plan-partitions.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import { type ReportVersions, versionPartition } from '../vendor/report-versions.ts';
import type { VendorRefusals } from '../vendor/vendor-refusals.ts';
import { isResting, type PlanSeriesDependencies, planSeries, type Readers } from './plan-series.ts';
import type { UnfinishedRun } from './planner-runs.ts';
import type { SeriesMarks } from './series-marks.ts';

export type PlanDependencies = PlanSeriesDependencies &
  Pick<PlanPartitionsDependencies<Partition>, 'queueReports'> & {
    settings: SeriesSettings;
    versions: Pick<ReportVersions, 'changeOf' | 'prefetch'>;
    vendors: Pick<VendorRefusals, 'list'>;
    marks: Pick<SeriesMarks, 'list' | 'note'>;
  };

export type PlanResult = { series: number; queued: number; known: number; overdue: number };

/** What bounds a run. */
export type RunBounds = {
  /** Time that is left. Default: as much as it takes. */
  remainingMillis?: () => number;
  /** Where the run before ended for lack of time. */
  resume?: UnfinishedRun | undefined;
};

/** Series planned together: their new dates share the queue's calls of ten messages. */
const SERIES_IN_A_GROUP = 10;
/** Groups planned at a time: few enough, with their reads and writes, for the SDK's fifty connections. */
const GROUP_CONCURRENCY = 3;
/** No further group is begun with less time than this: what was begun ends, and so does the run. */
const ENOUGH_MILLIS = 15_000;
/** Its multiples, without their whole parts, fill the interval from 0 to 1 as evenly as any number's. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Compares the partitions that should exist by now with the ledger, and queues those that are not settled or
 * are to be looked at again. Publishes pending events.
 *
 * Holds no state of its own: whatever was missed is found by the next run. A run that is short of time ends before it
 * is cut short, and says where the next one is to go on.
 */
export async function planReports(
  deps: PlanDependencies,
  { remainingMillis = () => Number.POSITIVE_INFINITY, resume }: RunBounds = {},
): Promise<PlanResult & { unfinished?: UnfinishedRun }> {
  const result: PlanResult = { series: 0, queued: 0, known: 0, overdue: 0 };
  const completenessByTeam = new Map<string, DailyCompleteness>();
  const readers: Readers = {
    vendors: readOnce(({ team, vendor }) => `${team}/${vendor}`, deps.vendors.list),
    marks: readOnce((team) => team, deps.marks.list),
  };
  const looked: SubscribedSeries[] = [];
  const all = inOrder(subscribedSeries(deps.settings), resume?.next, deps.clock.now());
  let next: SubscribedSeries | undefined;
  await forEachConcurrently(inGroups(all), GROUP_CONCURRENCY, async (group) => {
    if (next !== undefined || remainingMillis() < ENOUGH_MILLIS) {
      next ??= group[0];
      return;
    }
    for (const [subscription, { queued, known, overdue, completeness }] of await planGroup(
      deps,
      group,
      readers,
    )) {
      if (known > 0 || queued > 0) looked.push(subscription);
      result.series += 1;
      result.queued += queued;
      result.known += known;
      result.overdue += overdue;
      const { team } = subscription.series;
      const sofar = completenessByTeam.get(team) ?? { due: 0, settled: 0 };
      completenessByTeam.set(team, {
        due: sofar.due + completeness.due,
        settled: sofar.settled + completeness.settled,
      });
    }
  });
  await publishVersionChanges(deps, looked);
  // A team of which only a part was looked at would be judged by that part.
  if (next === undefined) measureDailyCompleteness(deps, completenessByTeam);
  deps.metric(MetricName.partitionsOverdue, result.overdue);
  if (result.queued > 0) deps.metric(MetricName.partitionsQueued, result.queued);
  deps.log.info('Planned', result);
  const left = (resume?.left ?? all.length) - result.series;
  if (next === undefined) return result;
  deps.log.warn('The run ended for lack of time; the next one goes on from here', {
    series: next.series,
    left,
  });
  return { ...result, unfinished: { next: seriesKey(next.series), left: Math.max(0, left) } };
}

/** Plans some series: they are read at the same time, and what they want is put on the queue together, today's first. */
async function planGroup(deps: PlanDependencies, group: readonly SubscribedSeries[], readers: Readers) {
  const now = deps.clock.now();
  const awake: SubscribedSeries[] = [];
  for (const subscription of group)
    if (!(await isResting(subscription, readers, now))) awake.push(subscription);
  await deps.versions.prefetch(awake.map(({ series }) => series));
  const works = await together(
    ...group.map(
      async (subscription) => [subscription, await planSeries(deps, subscription, readers)] as const,
    ),
  );
  const wanted = works.flatMap(([, work]) => work.wanted);
  await queueWanted(deps.queueReports, [
    ...wanted.filter(({ isRecent }) => isRecent),
    ...wanted.filter(({ isRecent }) => !isRecent),
  ]);
  await together(...works.map(async ([, { noteMark }]) => noteMark?.()));
  return works.map(
    ([subscription, work]) => [subscription, { ...work, queued: work.wanted.length }] as const,
  );
}

/** Series that are planned together, in order. */
export const inGroups = (all: readonly SubscribedSeries[]): SubscribedSeries[][] =>
  inGroupsOf(all, SERIES_IN_A_GROUP);

/** From where the run before ended; else from elsewhere in every hour. */
function inOrder(all: readonly SubscribedSeries[], next: string | undefined, now: EpochMillis) {
  const start = all.findIndex(({ series }) => seriesKey(series) === next);
  return start < 0 ? rotateBy(HOUR_MILLIS, all, now) : [...all.slice(start), ...all.slice(0, start)];
}

/** Reads what several series share once in a run. */
export function readOnce<Key, Value>(
  nameOf: (key: Key) => string,
  read: (key: Key) => Promise<Value>,
): (key: Key) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key) => {
    const name = nameOf(key);
    const found = known.get(name) ?? read(key);
    known.set(name, found);
    return found;
  };
}

/** Publishes what Apple said of versions and could not be published at once, of the series that were looked at. */
async function publishVersionChanges(
  deps: PlanDependencies,
  looked: readonly SubscribedSeries[],
): Promise<void> {
  const reports = new Map(
    looked.map(({ series: { team, report } }) => [`${team} ${report}`, { team, report }]),
  );
  for (const { team, report } of reports.values()) {
    const change = await deps.versions.changeOf(team, report);
    await publishPendingEvents(deps, versionPartition(team, report), change?.owed ?? []);
  }
}

/** Each run begins elsewhere, far from the last: one that is cut short leaves out others than the run before. */
export function rotateBy<Item>(everyMillis: number, items: readonly Item[], now: EpochMillis): Item[] {
  const start = Math.floor(((Math.floor(now / everyMillis) * GOLDEN_RATIO) % 1) * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

/** Counts the teams to whom nothing came today. */
function measureDailyCompleteness(
  deps: PlanDependencies,
  completenessByTeam: ReadonlyMap<string, DailyCompleteness>,
): void {
  const unsettled = [...completenessByTeam].filter(([, { due, settled }]) => due > 0 && settled === 0);
  for (const [team, { due }] of unsettled)
    deps.log.warn('Nothing that came due today is settled', { team, due });
  deps.metric(MetricName.teamsUnsettled, unsettled.length);
}
