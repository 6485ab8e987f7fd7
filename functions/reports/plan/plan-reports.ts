import { isDeepStrictEqual } from 'node:util';
import { MetricName } from '../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { ageInDays, dueAt, expectedDates, keptSince } from '../catalogue/calendar.ts';
import {
  type CatalogueEntry,
  type SeriesSettings,
  type SubscribedSeries,
  subscribedSeries,
} from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE, type Partition, type Series } from '../catalogue/series.ts';
import { usualArrival } from '../partition/arrival.ts';
import {
  type DailyCompleteness,
  dailyCompletenessOf,
  freshnessOf,
  overdueAt,
  restingCompletenessOf,
} from '../partition/freshness.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import {
  isQueued,
  needsFetching,
  type PlanPartitionsDependencies,
  planPartitions,
  WRITE_CONCURRENCY,
} from '../partition/plan-partitions.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import { inVersion, type ReportVersions, versionPartition } from '../vendor/report-versions.ts';
import {
  holdsUp,
  refusalOf,
  type VendorRef,
  type VendorRefusal,
  type VendorRefusals,
} from '../vendor/vendor-refusals.ts';
import { earlyMillis, isQuiet, nextMark, rangeToRead } from './next-mark.ts';
import { markKey, type SeriesMark, type SeriesMarks } from './series-marks.ts';

export type PlanDependencies = PlanPartitionsDependencies<Partition> & {
  settings: SeriesSettings;
  ledger: Pick<ReportLedger, 'list' | 'expect' | 'makeClaimable'>;
  versions: Pick<ReportVersions, 'changeOf'>;
  vendors: Pick<VendorRefusals, 'list'>;
  marks: Pick<SeriesMarks, 'list' | 'note'>;
};

/** What several series share, read once a run. */
type Readers = {
  vendors(vendor: VendorRef): Promise<VendorRefusal[]>;
  marks(team: string): Promise<ReadonlyMap<string, SeriesMark>>;
};

export type PlanResult = { series: number; queued: number; known: number; overdue: number };

/** Reports that came due within so many days go before older ones. */
const TODAY_DAYS = 3;
/** Series planned at a time: few enough, with their ledger writes, for the SDK's fifty connections. */
const SERIES_CONCURRENCY = 4;
const HOUR = 3_600_000;
/** Its multiples, without their whole parts, fill the interval from 0 to 1 as evenly as any number's. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Compares the partitions that should exist by now with the ledger, and queues those that are not settled or
 * are to be looked at again. Publishes pending events.
 *
 * Holds no state of its own: whatever was missed is found by the next run.
 */
export async function planReports(deps: PlanDependencies): Promise<PlanResult> {
  const result: PlanResult = { series: 0, queued: 0, known: 0, overdue: 0 };
  const completenessByTeam = new Map<string, DailyCompleteness>();
  const readers: Readers = {
    vendors: readOnce(({ team, vendor }) => `${team}/${vendor}`, deps.vendors.list),
    marks: readOnce((team) => team, deps.marks.list),
  };
  const looked: SubscribedSeries[] = [];
  const all = rotateByHour(subscribedSeries(deps.settings), deps.clock.now());
  await forEachConcurrently(all, SERIES_CONCURRENCY, async (subscription) => {
    const { queued, known, overdue, completeness } = await planSeries(deps, subscription, readers);
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
  });
  await publishVersionChanges(deps, looked);
  measureDailyCompleteness(deps, completenessByTeam);
  deps.metric(MetricName.partitionsOverdue, result.overdue);
  deps.metric(MetricName.partitionsQueued, result.queued);
  deps.log.info('Planned', result);
  return result;
}

function readOnce<Key, Value>(
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

/** Each hour's run begins elsewhere, far from the last: one that is cut short leaves out others than the run before. */
export function rotateByHour<Item>(items: readonly Item[], now: EpochMillis): Item[] {
  const start = Math.floor(((Math.floor(now / HOUR) * GOLDEN_RATIO) % 1) * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

async function planSeries(deps: PlanDependencies, subscription: SubscribedSeries, readers: Readers) {
  const { series, entry: configured, backfillDays = EVERYTHING } = subscription;
  const now = deps.clock.now();
  const mark = (await readers.marks(series.team)).get(markKey(series));
  const version = versionOf(configured);
  if (mark !== undefined && isQuiet(mark, { configured: version, backfillDays }, now))
    return {
      queued: 0,
      known: 0,
      overdue: 0,
      completeness: restingCompletenessOf(mark.newestDueAt, configured, now),
    };
  const entry = await inVersion(deps.versions, series, configured);
  const markSettings = { configured: version, asked: versionOf(entry), backfillDays };
  const range = rangeToRead(mark, markSettings, keptSince(entry, now), now);
  // What is known is looked after wherever it comes from: a person may have asked for older dates.
  const items = await deps.ledger.list(series, range.from, LATEST_REPORT_DATE);
  const refusal = refusalOf(await readers.vendors(series), series.report);
  const known = new Set(items.map(({ sk }) => sk));
  const window =
    range.everything || mark === undefined ? usualArrival(items, (date) => dueAt(entry, date)) : mark.window;
  // Dates before those that were read are known: the mark says so.
  const from = range.everything ? '' : range.from;
  const added = expectedDates(entry, subscription.backfillDays, now, earlyMillis(entry, window)).filter(
    (date) => date >= from && !known.has(date),
  );
  await forEachConcurrently(added, WRITE_CONCURRENCY, (reportDate) =>
    deps.ledger.expect({ ...series, reportDate }),
  );
  const waitsBehind = refusal !== undefined && holdsUp(refusal, now) ? refusal : undefined;
  const { queued, overdue } = await planPartitions(deps, {
    partitionOf: (reportDate) => ({ ...series, reportDate }),
    items,
    added: waitsBehind === undefined ? added : [],
    overdueAt: (item) => overdueAt(item, entry),
    isRecent: (reportDate) => isRecent(entry, reportDate, now),
    isWanted: (partition, item) => isWanted(deps, partition, item, entry),
    // One partition is asked for, and told of; the others wait behind it.
    ...(waitsBehind !== undefined && {
      waits: ({ sk }) => waitsBehind.report !== series.report || waitsBehind.reportDate !== sk,
    }),
  });
  const isWaiting = (item: LedgerItem): boolean => emptyInOtherVersion(item, entry);
  const read = { items, added, isWaiting };
  await noteMark(deps, series, mark, nextMark(mark, range, read, entry, markSettings, now));
  deps.log.info('Series', freshnessOf(series, items));
  return { queued, known: items.length, overdue, completeness: dailyCompletenessOf(items, entry, now) };
}

/** A mark for each series is a write only when something has changed. */
async function noteMark(
  { marks }: Pick<PlanDependencies, 'marks'>,
  series: Series,
  before: SeriesMark | undefined,
  mark: SeriesMark | undefined,
): Promise<void> {
  if (mark === undefined || isDeepStrictEqual(before, mark)) return;
  await marks.note(series, mark);
}

/** Settings name no backfill where all that Apple keeps is fetched. */
const EVERYTHING = -1;

const versionOf = ({ source }: CatalogueEntry): string =>
  source.api === 'salesReports' ? source.version : '';

/** Whether a partition is to be queued. A day that was empty in another version is asked for again. */
async function isWanted(
  deps: PlanDependencies,
  partition: Partition,
  item: LedgerItem,
  entry: CatalogueEntry,
): Promise<boolean> {
  const now = deps.clock.now();
  return emptyInOtherVersion(item, entry) && !isQueued(item, now)
    ? deps.ledger.makeClaimable(partition, true)
    : needsFetching(item, now);
}

/** Not again while an attempt to ask has met trouble: that has its own time. */
function emptyInOtherVersion(item: LedgerItem, { source, previousVersion }: CatalogueEntry): boolean {
  const asked = item.version ?? previousVersion;
  return (
    source.api === 'salesReports' &&
    item.state === 'empty' &&
    item.tries === 0 &&
    asked !== undefined &&
    asked !== source.version
  );
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

/** Whether a partition came due so lately that it goes before the backfill. */
export const isRecent = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): boolean =>
  ageInDays(entry, reportDate, now) - entry.due.days < TODAY_DAYS;
