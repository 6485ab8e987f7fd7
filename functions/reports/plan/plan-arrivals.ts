import { MetricName } from '../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { dueAt, expectedDates } from '../catalogue/calendar.ts';
import { type CatalogueEntry, type SubscribedSeries, subscribedSeries } from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE } from '../catalogue/series.ts';
import { type ArrivalWindow, usualArrival } from '../partition/arrival.ts';
import { needsFetching, queuePartitions } from '../partition/plan-partitions.ts';
import { refusalOf } from '../vendor/vendor-refusals.ts';
import type { PlanDependencies } from './plan-reports.ts';
import { markKey, type SeriesMark } from './series-marks.ts';

export type PlanArrivalsDependencies = Pick<
  PlanDependencies,
  'settings' | 'queueReports' | 'vendors' | 'clock' | 'log' | 'metric'
> & { marks: Pick<PlanDependencies['marks'], 'list'> } & {
  ledger: Pick<PlanDependencies['ledger'], 'list' | 'expect' | 'markQueued'>;
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SERIES_CONCURRENCY = 4;
/** Report dates that may be awaited: those of the last days. */
const AWAITED_DAYS = 4;
/** Dates from which the usual hours are learned. */
const LEARNED_DAYS = 25;

/**
 * Asks for the reports that usually appear at this hour, and for no other: a run of a few reads. The hourly run does
 * everything else.
 */
export async function planArrivals(
  deps: PlanArrivalsDependencies,
): Promise<{ series: number; queued: number }> {
  const result = { series: 0, queued: 0 };
  const marksOf = memoizeByTeam(deps.marks.list);
  await forEachConcurrently(subscribedSeries(deps.settings), SERIES_CONCURRENCY, async (subscription) => {
    const { series, entry } = subscription;
    const mark = (await marksOf(series.team)).get(markKey(series));
    const queued = isSettled(mark, entry, deps.clock.now()) ? 0 : await planSeries(deps, subscription);
    result.series += 1;
    result.queued += queued;
  });
  deps.metric(MetricName.partitionsQueued, result.queued);
  deps.log.info('Asked for reports that usually appear now', result);
  return result;
}

async function planSeries(
  { ledger, vendors, clock, queueReports }: PlanArrivalsDependencies,
  { series, entry }: SubscribedSeries,
): Promise<number> {
  const now = clock.now();
  const awaited = expectedDates(entry, AWAITED_DAYS, now, entry.earliestHours * HOUR).filter((date) =>
    mayAppear(entry, date, now),
  );
  if (awaited.length === 0) return 0;
  const from = new Date(now - LEARNED_DAYS * DAY).toISOString().slice(0, awaited[0]?.length);
  const items = await ledger.list(series, from, LATEST_REPORT_DATE);
  const window = usualArrival(items, (date) => dueAt(entry, date));
  const known = new Map(items.map((item) => [item.sk, item]));
  const wanted = awaited.filter((date) => {
    const item = known.get(date);
    return appearsNow(window, dueAt(entry, date), now) && (item === undefined || isAwaited(item, now));
  });
  if (wanted.length === 0 || refusalOf(await vendors.list(series), series.report) !== undefined) return 0;
  for (const date of wanted) if (!known.has(date)) await ledger.expect({ ...series, reportDate: date });
  await queuePartitions(
    { queueReports, ledger },
    wanted.map((reportDate) => ({ ...series, reportDate })),
    () => true,
  );
  return wanted.length;
}

/** Whether the newest date is settled already, and the next one is not expected yet. */
const isSettled = (mark: SeriesMark | undefined, { source }: CatalogueEntry, now: EpochMillis): boolean =>
  mark?.quietUntil !== undefined &&
  now < mark.quietUntil &&
  mark.configured === (source.api === 'salesReports' ? source.version : '');

function memoizeByTeam<Value>(read: (team: string) => Promise<Value>): (team: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (team) => {
    const found = known.get(team) ?? read(team);
    known.set(team, found);
    return found;
  };
}

/** Not settled, and neither on the queue nor to wait. */
const isAwaited = (item: Parameters<typeof needsFetching>[0], now: EpochMillis): boolean =>
  item.settledAs === undefined && item.state !== 'failed' && needsFetching(item, now);

const appearsNow = ({ from, to }: ArrivalWindow, due: EpochMillis, now: EpochMillis): boolean =>
  now >= due + from && now <= due + to;

/** Whether a date may be in its usual hours at all, whatever was learned: spares most reads. */
const mayAppear = (entry: CatalogueEntry, date: string, now: EpochMillis): boolean =>
  now >= dueAt(entry, date) - entry.earliestHours * HOUR && now <= dueAt(entry, date) + 2 * DAY;
