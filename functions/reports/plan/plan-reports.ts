import { MetricName } from '../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { ageInDays, expectedDates, keptSince } from '../catalogue/calendar.ts';
import {
  type CatalogueEntry,
  type SeriesSettings,
  type SubscribedSeries,
  subscribedSeries,
} from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE, type Partition } from '../catalogue/series.ts';
import {
  type DailyCompleteness,
  dailyCompletenessOf,
  freshnessOf,
  overdueAt,
} from '../partition/freshness.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import {
  type PlanPartitionsDependencies,
  planPartitions,
  WRITE_CONCURRENCY,
} from '../partition/plan-partitions.ts';

export type PlanDependencies = PlanPartitionsDependencies<Partition> & {
  settings: SeriesSettings;
  ledger: Pick<ReportLedger, 'list' | 'expect'>;
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
  const all = rotateByHour(subscribedSeries(deps.settings), deps.clock.now());
  await forEachConcurrently(all, SERIES_CONCURRENCY, async (subscription) => {
    const { queued, known, overdue, completeness } = await planSeries(deps, subscription);
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
  measureDailyCompleteness(deps, completenessByTeam);
  deps.metric(MetricName.partitionsOverdue, result.overdue);
  deps.metric(MetricName.partitionsQueued, result.queued);
  deps.log.info('Planned', result);
  return result;
}

/** Each hour's run begins elsewhere, far from the last: one that is cut short leaves out others than the run before. */
export function rotateByHour<Item>(items: readonly Item[], now: EpochMillis): Item[] {
  const start = Math.floor(((Math.floor(now / HOUR) * GOLDEN_RATIO) % 1) * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

async function planSeries(deps: PlanDependencies, { series, entry, backfillDays }: SubscribedSeries) {
  const now = deps.clock.now();
  // What is known is looked after wherever it comes from: a person may have asked for older dates.
  const items = await deps.ledger.list(series, keptSince(entry, now), LATEST_REPORT_DATE);
  const known = new Set(items.map(({ sk }) => sk));
  const added = expectedDates(entry, backfillDays, now).filter((date) => !known.has(date));
  await forEachConcurrently(added, WRITE_CONCURRENCY, (reportDate) =>
    deps.ledger.expect({ ...series, reportDate }),
  );
  const { queued, overdue } = await planPartitions(deps, {
    partitionOf: (reportDate) => ({ ...series, reportDate }),
    items,
    added,
    overdueAt: (item) => overdueAt(item, entry),
    isRecent: (reportDate) => isRecent(entry, reportDate, now),
  });
  deps.log.info('Series', freshnessOf(series, items));
  return { queued, known: items.length, overdue, completeness: dailyCompletenessOf(items, entry, now) };
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
