import { HOUR_MILLIS } from '../../platform/util/time.ts';
import { dueAt, expectedDates } from '../../reports/catalogue/calendar.ts';
import type { CatalogueEntry, SubscribedSeries } from '../../reports/catalogue/catalogue.ts';
import type { LedgerItem } from '../../reports/partition/ledger-item.ts';
import type { DayState, SeriesStatus } from '../model/status.ts';

/** What stands in the ledger of a series, beside what should. */
export function seriesStatusOf(
  { series, entry, backfillDays }: SubscribedSeries,
  items: readonly LedgerItem[],
  now: number,
): SeriesStatus {
  const known = new Map(items.map((item) => [item.sk, item]));
  const dates = new Set([...expectedDates(entry, backfillDays, now), ...known.keys()]);
  const days = [...dates].sort().map((date) => {
    const item = known.get(date);
    return item === undefined
      ? { date, state: 'missing' as const }
      : { date, state: stateOf(item, entry, now), item };
  });
  return { ...series, frequency: entry.frequency, days };
}

/** What a cell of a series of the catalogue says. */
export const stateOf = (item: LedgerItem, entry: CatalogueEntry, now: number): DayState =>
  dayState(item, () => {
    const since = Math.max(dueAt(entry, item.sk), item.expectedAt ?? 0);
    return item.overdueToldAt !== undefined || now >= since + entry.overdueAfterHours * HOUR_MILLIS;
  });

/**
 * What a cell says. A claimed partition reads as what it was before, so that a recheck under way does not look like a
 * gap. `isLate`: whether one that is open should be there by now.
 */
export function dayState(item: LedgerItem, isLate: () => boolean): DayState {
  const state = item.state === 'fetching' ? (item.settledAs ?? 'due') : item.state;
  switch (state) {
    case 'stored':
      return item.versions.length > 0 ? 'restated' : 'stored';
    case 'due':
    case 'waiting':
      return isLate() ? 'overdue' : state;
    default:
      return state;
  }
}
