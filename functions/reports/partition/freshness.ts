import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { memoize } from '../../platform/util/memoize.ts';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { dueAt } from '../catalogue/calendar.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { type Series, seriesKey } from '../catalogue/series.ts';
import type { LedgerItem } from './ledger-item.ts';

/** From noon on Apple's clock the day is judged: daily reports are promised for eight. */
const NOON = 12;
/** A partition that was only just expected is not judged yet. */
const FAIR_CHANCE_MILLIS = 3 * HOUR_MILLIS;

/**
 * Whether a partition is neither settled nor known to be empty though it should be by now. One that workers keep
 * dying on stays `fetching`: it is overdue like any other.
 *
 * @param overdueAt when it should have been settled at the latest
 */
export const isOverdue = (item: LedgerItem, overdueAt: EpochMillis, now: EpochMillis): boolean =>
  item.settledAs === undefined && OPEN.includes(item.state) && now >= overdueAt;

const OPEN: readonly LedgerItem['state'][] = ['due', 'waiting', 'failed', 'fetching'];

/** Why a partition is not settled, for people. One that is claimed and overdue has no answer of Apple to tell. */
export function reasonOf({ state, claims = 1, lastAnswer }: LedgerItem): string | undefined {
  if (state !== 'fetching') return lastAnswer;
  return `Its worker ended ${claims === 1 ? 'once' : `${claims} times`} without a result, such as for lack of memory or time: see the log of FetchReport.${lastAnswer === undefined ? '' : ` The answer before that: ${lastAnswer}`}`;
}

/** When a partition of a report of the catalogue is overdue. History that was only just asked for is not late. */
export const overdueAt = (item: LedgerItem, entry: CatalogueEntry): EpochMillis =>
  Math.max(dueAt(entry, item.sk), item.expectedAt ?? 0) + entry.overdueAfterHours * HOUR_MILLIS;

/** How complete a team's day is: partitions that came due today, and how many of them are settled. */
export type DailyCompleteness = { due: number; settled: number };

// A run of the planner asks for every series: once a minute is enough, as hours and days begin at whole minutes.
const clockIn = memoize(20, (timeZone: string, minute: number): { hour: number; midnight: EpochMillis } => {
  const clock = Temporal.Instant.fromEpochMilliseconds(minute * MINUTE_MILLIS).toZonedDateTimeISO(timeZone);
  return { hour: clock.hour, midnight: clock.startOfDay().epochMilliseconds };
});

/** Today's partitions among those of a series. Before noon on Apple's clock there are none to judge. */
export function dailyCompletenessOf(
  items: readonly LedgerItem[],
  entry: CatalogueEntry,
  now: EpochMillis,
): DailyCompleteness {
  const { hour, midnight } = clockIn(entry.timeZone, Math.floor(now / MINUTE_MILLIS));
  if (hour < NOON) return { due: 0, settled: 0 };
  const todays = items.filter((item) => {
    const due = dueAt(entry, item.sk);
    return due >= midnight && due <= now && (item.expectedAt ?? 0) <= now - FAIR_CHANCE_MILLIS;
  });
  return { due: todays.length, settled: todays.filter(({ settledAs }) => settledAs !== undefined).length };
}

/** The same of a series whose dates are all settled, by when the newest one was due. */
export function restingCompletenessOf(
  newestDueAt: EpochMillis,
  { timeZone }: CatalogueEntry,
  now: EpochMillis,
): DailyCompleteness {
  const { hour, midnight } = clockIn(timeZone, Math.floor(now / MINUTE_MILLIS));
  const isTodays = newestDueAt >= midnight && newestDueAt <= now;
  return hour >= NOON && isTodays ? { due: 1, settled: 1 } : { due: 0, settled: 0 };
}

/** How a series stands, for the log: the newest settled report date, and how many partitions are in which state. */
export function freshnessOf(series: Series, items: readonly LedgerItem[]) {
  const settled = items.filter(({ settledAs }) => settledAs !== undefined).map(({ sk }) => sk);
  const states: Partial<Record<LedgerItem['state'], number>> = {};
  for (const { state } of items) states[state] = (states[state] ?? 0) + 1;
  return { series: seriesKey(series), newestSettled: settled.sort().at(-1), states };
}
