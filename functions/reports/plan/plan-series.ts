import type { EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { ageInDays, dueAt, expectedDates, keptSince } from '../catalogue/calendar.ts';
import type { CatalogueEntry, SubscribedSeries } from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE, type Partition } from '../catalogue/series.ts';
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
  lookAfterPartitions,
  needsFetching,
  type PlanPartitionsDependencies,
  type WantedPartition,
  WRITE_CONCURRENCY,
} from '../partition/plan-partitions.ts';
import { inVersion, type ReportVersions } from '../vendor/report-versions.ts';
import { holdsUp, refusalOf, type VendorRef, type VendorRefusal } from '../vendor/vendor-refusals.ts';
import {
  earlyMillis,
  isLookQueued,
  isQuiet,
  isWorthWriting,
  type MarkSettings,
  nextMark,
  type ReadRange,
  rangeToRead,
  readAllMillisOf,
} from './next-mark.ts';
import { markKey, type SeriesMark, type SeriesMarks } from './series-marks.ts';

export type PlanSeriesDependencies = Omit<PlanPartitionsDependencies<Partition>, 'queueReports'> & {
  ledger: Pick<ReportLedger, 'list' | 'expect' | 'expectQueued' | 'makeClaimable'>;
  versions: Pick<ReportVersions, 'changeOf'>;
  marks: Pick<SeriesMarks, 'note'>;
};

/** What several series share, read once a run. */
export type Readers = {
  vendors(vendor: VendorRef): Promise<VendorRefusal[]>;
  marks(team: string): Promise<ReadonlyMap<string, SeriesMark>>;
};

/** What a run of the planner finds to do for a series. */
export type SeriesWork = {
  /** To be put on the queue, newest first. */
  wanted: WantedPartition<Partition>[];
  /** Writes the mark, once these are on the queue. Absent: the mark stays as it is. */
  noteMark?(): Promise<void>;
  known: number;
  overdue: number;
  completeness: DailyCompleteness;
};

/** Reports that came due within so many days go before older ones. */
const TODAY_DAYS = 3;
/** Settings name no backfill where all that Apple keeps is fetched. */
const EVERYTHING = -1;

const versionOf = ({ source }: CatalogueEntry): string =>
  source.api === 'salesReports' ? source.version : '';

/** Whether nothing is to be done for a series, by its mark alone. */
export async function isResting(
  { series, entry, backfillDays = EVERYTHING }: SubscribedSeries,
  readers: Pick<Readers, 'marks'>,
  now: EpochMillis,
): Promise<boolean> {
  const mark = (await readers.marks(series.team)).get(markKey(series));
  return mark !== undefined && isQuiet(mark, { configured: versionOf(entry), backfillDays }, now);
}

/** Compares the dates of a series that should exist by now with the ledger, tells what is overdue, says what is wanted. */
export async function planSeries(
  deps: PlanSeriesDependencies,
  subscription: SubscribedSeries,
  readers: Readers,
): Promise<SeriesWork> {
  const { series, entry: configured, backfillDays = EVERYTHING } = subscription;
  const now = deps.clock.now();
  const mark = (await readers.marks(series.team)).get(markKey(series));
  const version = versionOf(configured);
  if (mark !== undefined && isQuiet(mark, { configured: version, backfillDays }, now))
    return {
      wanted: [],
      known: 0,
      overdue: 0,
      completeness: restingCompletenessOf(mark.newestDueAt, configured, now),
    };
  const entry = await inVersion(deps.versions, series, configured);
  const markSettings = { configured: version, asked: versionOf(entry), backfillDays };
  const read = await readSeries(deps, subscription, { entry, mark, markSettings }, readers);
  const { range, items, added, waitsBehind } = read;
  if (waitsBehind !== undefined)
    await forEachConcurrently(added, WRITE_CONCURRENCY, (reportDate) =>
      deps.ledger.expect({ ...series, reportDate }),
    );
  const { wanted, overdue } = await lookAfterPartitions(deps, {
    partitionOf: (reportDate) => ({ ...series, reportDate }),
    items,
    overdueAt: (item) => overdueAt(item, entry),
    isRecent: (reportDate) => isRecent(entry, reportDate, now),
    isWanted: (partition, item) => isWanted(deps, partition, item, entry, mark),
    // One partition is asked for, and told of; the others wait behind it.
    ...(waitsBehind !== undefined && {
      waits: ({ sk }) => waitsBehind.report !== series.report || waitsBehind.reportDate !== sk,
    }),
  });
  const looks = wanted.some((item) => isLook(item, entry));
  const isWaiting = (item: LedgerItem): boolean => emptyInOtherVersion(item, entry);
  const after = nextMark(
    mark,
    range,
    { items, added, isWaiting, looks, readAllMillis: readAllMillisOf(series) },
    entry,
    markSettings,
    now,
  );
  deps.log.info('Series', freshnessOf(series, items));
  return {
    wanted: toQueue(deps, series, entry, { added: waitsBehind === undefined ? added : [], wanted }),
    ...(after !== undefined &&
      isWorthWriting(mark, after, items) && { noteMark: () => deps.marks.note(series, after) }),
    known: items.length,
    overdue,
    completeness: dailyCompletenessOf(items, entry, now),
  };
}

/** What a run reads of a series, by its mark. */
type ReadSeries = {
  range: ReadRange;
  /** The known dates of the range. */
  items: readonly LedgerItem[];
  /** Dates that should exist by now and are not known, newest first. */
  added: readonly string[];
  /** A refusal of the vendor or the report, behind which all dates but one wait. */
  waitsBehind: VendorRefusal | undefined;
};

async function readSeries(
  { ledger, clock }: PlanSeriesDependencies,
  { series, backfillDays }: SubscribedSeries,
  known: { entry: CatalogueEntry; mark: SeriesMark | undefined; markSettings: MarkSettings },
  readers: Readers,
): Promise<ReadSeries> {
  const { entry, mark, markSettings } = known;
  const now = clock.now();
  const range = rangeToRead(mark, markSettings, keptSince(entry, now), now);
  // What is known is looked after wherever it comes from: a person may have asked for older dates.
  const items = await ledger.list(series, range.from, LATEST_REPORT_DATE);
  const refusal = refusalOf(await readers.vendors(series), series.report);
  const knownDates = new Set(items.map(({ sk }) => sk));
  const window =
    range.everything || mark === undefined ? usualArrival(items, (date) => dueAt(entry, date)) : mark.window;
  // Dates before those that were read are known: the mark says so.
  const from = range.everything ? '' : range.from;
  const added = expectedDates(entry, backfillDays, now, earlyMillis(entry, window)).filter(
    (date) => date >= from && !knownDates.has(date),
  );
  const waitsBehind = refusal !== undefined && holdsUp(refusal, now) ? refusal : undefined;
  return { range, items, added, waitsBehind };
}

/** The partitions that are put on the queue, newest first, each with the write that notes it. */
function toQueue(
  { ledger, clock }: PlanSeriesDependencies,
  series: SubscribedSeries['series'],
  entry: CatalogueEntry,
  { added, wanted }: { added: readonly string[]; wanted: readonly LedgerItem[] },
): WantedPartition<Partition>[] {
  const now = clock.now();
  const entryFor = (reportDate: string) => ({
    partition: { ...series, reportDate },
    isRecent: isRecent(entry, reportDate, now),
  });
  const news = added.map((date): WantedPartition<Partition> => {
    const queued = entryFor(date);
    return { ...queued, note: () => ledger.expectQueued(queued.partition) };
  });
  const others = wanted.map((item): WantedPartition<Partition> => {
    const queued = entryFor(item.sk);
    // The mark notes at once what of the settled dates is on the queue.
    return isLook(item, entry) ? queued : { ...queued, note: () => ledger.markQueued(queued.partition) };
  });
  return [...news, ...others].sort((a, b) => (a.partition.reportDate < b.partition.reportDate ? 1 : -1));
}

/** Whether a partition is to be queued. A day that was empty in another version is asked for again. */
async function isWanted(
  deps: PlanSeriesDependencies,
  partition: Partition,
  item: LedgerItem,
  entry: CatalogueEntry,
  mark: SeriesMark | undefined,
): Promise<boolean> {
  const now = deps.clock.now();
  if (emptyInOtherVersion(item, entry) && !isQueued(item, now))
    return deps.ledger.makeClaimable(partition, true);
  return needsFetching(item, now) && !(isLook(item, entry) && isLookQueued(mark, item, now));
}

/** Whether fetching it again is a comparison of what is settled with Apple. */
const isLook = (item: LedgerItem, entry: CatalogueEntry): boolean =>
  ['stored', 'empty', 'expired', 'notOffered'].includes(item.state) && !emptyInOtherVersion(item, entry);

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

/** Whether a partition came due so lately that it goes before the backfill. */
export const isRecent = (entry: CatalogueEntry, reportDate: string, now: EpochMillis): boolean =>
  ageInDays(entry, reportDate, now) - entry.due.days < TODAY_DAYS;
