import type { TeamSettings } from '../../platform/config/settings.ts';
import { type Series, seriesKey } from '../../reports/catalogue/series.ts';
import type { ReportLedger } from '../../reports/partition/ledger.ts';
import type { LedgerItem } from '../../reports/partition/ledger-item.ts';
import { dayNumber, dayOf } from '../history/day-number.ts';

export const SALES = 'SALES/SUMMARY/DAILY';
export const EVENTS = 'SUBSCRIPTION_EVENT/SUMMARY/DAILY';
export const BALANCE = 'SUBSCRIPTION/SUMMARY/DAILY';

/** The series of a daily report, one per vendor that subscribes it. */
export const seriesOf = (team: TeamSettings, report: string): Series[] =>
  team.vendors
    .filter(({ reports }) => reports.includes(report))
    .map(({ number }) => ({ team: team.name, vendor: number, report }));

/** What the ledger knows of one daily report of a team, over all vendors. */
export type ReportDays = {
  /** The first day of a range that is not settled, with the reason; undefined where all are. */
  firstOpen(from: number, to: number): string | undefined;
  /** The last day before `before` that is not settled, as a day number; undefined where none is known to be open. */
  lastOpenBefore(before: number, from: number): number | undefined;
  /** The stored files of a range, with their day numbers. */
  files(from: number, to: number): { day: number; tableKey: string }[];
  /** What the days of a range hold, by series and day: the start of a SHA-256, or `empty`. */
  contents(from: number, to: number): Record<string, string>;
};

const isSettled = ({ state, settledAs }: LedgerItem): boolean =>
  state === 'stored' || state === 'empty' || settledAs === 'stored' || settledAs === 'empty';

/**
 * Reads the ledger. Vendors without a settled day in `mustHave` are left out: one that was subscribed later has no history.
 *
 * @param from, to day numbers, both included
 */
export async function readReportDays(
  ledger: Pick<ReportLedger, 'list'>,
  series: readonly Series[],
  { from, to, mustHave }: { from: number; to: number; mustHave: { from: number; to: number } },
): Promise<ReportDays | undefined> {
  const all = await Promise.all(
    series.map(async (vendorSeries) => {
      const items = await ledger.list(vendorSeries, dayOf(from), dayOf(to));
      return { key: seriesKey(vendorSeries), days: new Map(items.map((item) => [dayNumber(item.sk), item])) };
    }),
  );
  const used = all.filter(({ days }) =>
    [...days].some(([day, item]) => day >= mustHave.from && day <= mustHave.to && isSettled(item)),
  );
  if (used.length === 0) return undefined;
  const stateOn = (day: number): string | undefined => {
    for (const { key, days } of used) {
      const item = days.get(day);
      if (item === undefined) return `${key} of ${dayOf(day)} is not known`;
      if (!isSettled(item)) return `${key} of ${dayOf(day)} is ${item.state}`;
    }
    return undefined;
  };
  const range = (first: number, last: number): number[] =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  return {
    firstOpen: (first, last) =>
      range(first, last)
        .map(stateOn)
        .find((state) => state !== undefined),
    lastOpenBefore: (before, first) =>
      range(first, before - 1)
        .toReversed()
        .find((day) => stateOn(day) !== undefined),
    files: (first, last) =>
      used.flatMap(({ days }) =>
        range(first, last).flatMap((day) => {
          const tableKey = days.get(day)?.tableKey;
          return tableKey === undefined ? [] : [{ day, tableKey }];
        }),
      ),
    contents: (first, last) =>
      Object.fromEntries(
        used.flatMap(({ key, days }) =>
          range(first, last).map((day) => [
            `${key}/${dayOf(day)}`,
            days.get(day)?.sha256?.slice(0, 12) ?? 'empty',
          ]),
        ),
      ),
  };
}

/** The reports that a change is measured from. `events` and `balance` are of subscriptions only. */
export type Days = { sales: ReportDays; events: ReportDays | undefined; balance: ReportDays | undefined };
