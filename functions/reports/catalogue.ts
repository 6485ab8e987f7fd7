import type { Problem } from '../platform/errors.ts';
import type { Settings, SettingsRule } from '../platform/settings.ts';
import {
  SALES_SUMMARY_COLUMNS,
  SUBSCRIBER_COLUMNS,
  SUBSCRIPTION_COLUMNS,
  SUBSCRIPTION_EVENT_COLUMNS,
} from './report-columns.ts';
import type { ReportName, Series } from './series.ts';
import type { Column } from './table/column-type.ts';

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** What is known of one kind of report. Data only: another kind is another entry. */
export type CatalogueEntry = {
  name: ReportName;
  reportType: string;
  reportSubType: string;
  frequency: Frequency;
  /** `filter[version]`. Source: "Download Sales and Trends Reports", table of allowed values. */
  version: string;
  /** Report dates and hours are of this zone. */
  timeZone: string;
  /** Asked for from this hour on, so many days after the last day of the period. */
  due: { days: number; hour: number };
  /**
   * "There were no sales" is believed from so many hours after the due time on. For longer periods it may only
   * mean that the report is not generated yet.
   */
  noSalesFinalAfterHours: number;
  /** A report that is not settled so many hours after it was due (or first expected) needs a person's eye. */
  overdueAfterHours: number;
  /** Days after the period's end for which Apple keeps a report; afterwards it is gone for good. */
  keptDays: number;
  columns: readonly Column[];
};

/**
 * When reports come and how long they are kept.
 * Source: Apple's help page "Sales and Trends reports availability": daily ones the following day, weekly ones
 * on Mondays, monthly ones five days after the month's end, yearly ones six days after the year's end, generally
 * by 8 am Pacific; kept for a year, yearly ones for ten. When to worry is our own choice: days are late at times,
 * and the morning after the promised one is the practical limit.
 */
const SCHEDULES = {
  DAILY: { due: { days: 1, hour: 8 }, noSalesFinalAfterHours: 0, overdueAfterHours: 28, keptDays: 365 },
  WEEKLY: { due: { days: 1, hour: 8 }, noSalesFinalAfterHours: 7 * 24, overdueAfterHours: 48, keptDays: 365 },
  MONTHLY: {
    due: { days: 5, hour: 8 },
    noSalesFinalAfterHours: 14 * 24,
    overdueAfterHours: 96,
    keptDays: 365,
  },
  YEARLY: {
    due: { days: 6, hour: 8 },
    noSalesFinalAfterHours: 30 * 24,
    overdueAfterHours: 168,
    keptDays: 3650,
  },
} as const;

const entry = (
  name: ReportName,
  frequency: Frequency,
  version: string,
  columns: readonly Column[],
): CatalogueEntry => {
  const [reportType = '', reportSubType = ''] = name.split('/');
  return {
    name,
    reportType,
    reportSubType,
    frequency,
    version,
    timeZone: 'America/Los_Angeles',
    columns,
    ...SCHEDULES[frequency],
  };
};

/** The report that every vendor has: by it a wrong vendor number is told from a report that a vendor has not. */
export const EVERY_VENDORS_REPORT: ReportName = 'SALES/SUMMARY/DAILY';

/** All reports this version can fetch. Versions: "Download Sales and Trends Reports", table of allowed values. */
const CATALOGUE: readonly CatalogueEntry[] = [
  entry(EVERY_VENDORS_REPORT, 'DAILY', '1_0', SALES_SUMMARY_COLUMNS),
  entry('SALES/SUMMARY/WEEKLY', 'WEEKLY', '1_0', SALES_SUMMARY_COLUMNS),
  entry('SALES/SUMMARY/MONTHLY', 'MONTHLY', '1_0', SALES_SUMMARY_COLUMNS),
  entry('SALES/SUMMARY/YEARLY', 'YEARLY', '1_0', SALES_SUMMARY_COLUMNS),
  // Subscription reports lag behind by days at times, so they are not called overdue as early.
  { ...entry('SUBSCRIPTION/SUMMARY/DAILY', 'DAILY', '1_3', SUBSCRIPTION_COLUMNS), overdueAfterHours: 7 * 24 },
  {
    ...entry('SUBSCRIPTION_EVENT/SUMMARY/DAILY', 'DAILY', '1_3', SUBSCRIPTION_EVENT_COLUMNS),
    overdueAfterHours: 7 * 24,
  },
  { ...entry('SUBSCRIBER/DETAILED/DAILY', 'DAILY', '1_3', SUBSCRIBER_COLUMNS), overdueAfterHours: 7 * 24 },
];

export const findEntry = (name: ReportName): CatalogueEntry | undefined =>
  CATALOGUE.find((known) => known.name === name);

export type SubscribedSeries = { series: Series; entry: CatalogueEntry; backfillDays: number };

/** Every series of the settings with what the catalogue knows of it. */
export function subscribedSeries(settings: Settings): SubscribedSeries[] {
  return settings.teams.flatMap((team) =>
    team.vendors.flatMap((vendor) =>
      vendor.reports.flatMap((report) => {
        const found = findEntry(report);
        if (found === undefined) return [];
        const series = { team: team.name, vendor: vendor.number, report };
        return [{ series, entry: found, backfillDays: vendor.backfillDays }];
      }),
    ),
  );
}

/** Refuses settings that name a report which the catalogue does not have. */
export const knownReports: SettingsRule = ({ teams }) =>
  teams.flatMap((team, t) =>
    team.vendors.flatMap((vendor, v) =>
      vendor.reports.flatMap((report, r): Problem[] =>
        findEntry(report) === undefined
          ? [
              {
                path: `teams[${t}].vendors[${v}].reports[${r}]`,
                message: `"${report}" is not a report this version can fetch; it can fetch ${CATALOGUE.map(({ name }) => name).join(', ')}`,
              },
            ]
          : [],
      ),
    ),
  );
