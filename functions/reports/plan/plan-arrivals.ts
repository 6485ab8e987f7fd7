import { MetricName } from '../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently, together } from '../../platform/util/concurrency.ts';
import { DAY_MILLIS, HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { dueAt, expectedDates } from '../catalogue/calendar.ts';
import { type CatalogueEntry, type SubscribedSeries, subscribedSeries } from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE, type Partition } from '../catalogue/series.ts';
import { type ArrivalWindow, usualArrival } from '../partition/arrival.ts';
import { needsFetching, queueWanted, type WantedPartition } from '../partition/plan-partitions.ts';
import { refusalOf, type VendorRef } from '../vendor/vendor-refusals.ts';
import { inGroups, type PlanDependencies, type RunBounds, readOnce, rotateBy } from './plan-reports.ts';
import { markKey, type SeriesMark } from './series-marks.ts';

export type PlanArrivalsDependencies = Pick<
  PlanDependencies,
  'settings' | 'queueReports' | 'vendors' | 'clock' | 'log' | 'metric'
> & { marks: Pick<PlanDependencies['marks'], 'list'> } & {
  ledger: Pick<PlanDependencies['ledger'], 'list' | 'expectQueued' | 'markQueued'>;
};

const GROUP_CONCURRENCY = 3;
/** How often this runs. */
const EVERY_MILLIS = 10 * MINUTE_MILLIS;
/** No further group is begun with less time than this. */
const ENOUGH_MILLIS = 10_000;
/** Report dates that may be awaited: those of the last days. */
const AWAITED_DAYS = 4;
/** Dates from which the usual hours are learned. */
const LEARNED_DAYS = 25;

/**
 * Asks for the reports that usually appear at this hour, and for no other: a run of a few reads. The hourly run does
 * everything else. A run that is short of time ends; each begins elsewhere.
 */
export async function planArrivals(
  deps: PlanArrivalsDependencies,
  { remainingMillis = () => Number.POSITIVE_INFINITY }: Pick<RunBounds, 'remainingMillis'> = {},
): Promise<{ series: number; queued: number }> {
  const result = { series: 0, queued: 0 };
  const marksOf = readOnce((team: string) => team, deps.marks.list);
  const vendors = { list: readOnce(({ team, vendor }: VendorRef) => `${team}/${vendor}`, deps.vendors.list) };
  const all = rotateBy(EVERY_MILLIS, subscribedSeries(deps.settings), deps.clock.now());
  await forEachConcurrently(inGroups(all), GROUP_CONCURRENCY, async (group) => {
    if (remainingMillis() < ENOUGH_MILLIS) return;
    const works = await together(
      ...group.map(async (subscription) => {
        const { series, entry } = subscription;
        const mark = (await marksOf(series.team)).get(markKey(series));
        return isSettled(mark, entry, deps.clock.now())
          ? []
          : await planSeries({ ...deps, vendors }, subscription, mark);
      }),
    );
    await queueWanted(deps.queueReports, works.flat());
    result.series += group.length;
    result.queued += works.flat().length;
  });
  if (result.queued > 0) deps.metric(MetricName.partitionsQueued, result.queued);
  deps.log.info('Asked for reports that usually appear now', result);
  return result;
}

async function planSeries(
  { ledger, vendors, clock }: PlanArrivalsDependencies,
  { series, entry }: SubscribedSeries,
  mark: SeriesMark | undefined,
): Promise<WantedPartition<Partition>[]> {
  const now = clock.now();
  const awaited = expectedDates(entry, AWAITED_DAYS, now, entry.earliestHours * HOUR_MILLIS).filter((date) =>
    mayAppear(entry, date, now),
  );
  const oldest = awaited.at(-1);
  if (oldest === undefined) return [];
  // The hourly runs have learned the usual hours, and noted them.
  const learned = mark?.window.learned === true ? mark.window : undefined;
  if (learned !== undefined && !awaited.some((date) => appearsNow(learned, dueAt(entry, date), now)))
    return [];
  const from =
    learned === undefined
      ? new Date(now - LEARNED_DAYS * DAY_MILLIS).toISOString().slice(0, oldest.length)
      : oldest;
  const items = await ledger.list(series, from, LATEST_REPORT_DATE);
  const window = learned ?? usualArrival(items, (date) => dueAt(entry, date));
  const known = new Map(items.map((item) => [item.sk, item]));
  const wanted = awaited.filter((date) => {
    const item = known.get(date);
    return appearsNow(window, dueAt(entry, date), now) && (item === undefined || isAwaited(item, now));
  });
  if (wanted.length === 0 || refusalOf(await vendors.list(series), series.report) !== undefined) return [];
  return wanted.map((reportDate) => {
    const partition = { ...series, reportDate };
    const note = known.has(reportDate) ? ledger.markQueued : ledger.expectQueued;
    return { partition, isRecent: true, note: () => note(partition) };
  });
}

/** Whether the newest date is settled already, and the next one is not expected yet. */
const isSettled = (mark: SeriesMark | undefined, { source }: CatalogueEntry, now: EpochMillis): boolean =>
  mark?.quietUntil !== undefined &&
  now < mark.quietUntil &&
  mark.configured === (source.api === 'salesReports' ? source.version : '');

/** Not settled, and neither on the queue nor to wait. */
const isAwaited = (item: Parameters<typeof needsFetching>[0], now: EpochMillis): boolean =>
  item.settledAs === undefined && item.state !== 'failed' && needsFetching(item, now);

const appearsNow = ({ from, to }: ArrivalWindow, due: EpochMillis, now: EpochMillis): boolean =>
  now >= due + from && now <= due + to;

/** Whether a date may be in its usual hours at all, whatever was learned: spares most reads. */
const mayAppear = (entry: CatalogueEntry, date: string, now: EpochMillis): boolean =>
  now >= dueAt(entry, date) - entry.earliestHours * HOUR_MILLIS && now <= dueAt(entry, date) + 2 * DAY_MILLIS;
