import type { Problem } from '../platform/errors.ts';
import type { Settings, SettingsRule } from '../platform/settings.ts';
import { SALES_SUMMARY_COLUMNS } from './sales-columns.ts';
import type { ReportName, Series } from './series.ts';
import type { Column } from './table/column-type.ts';

/** What is known of one kind of report. Data only: another kind is another entry. */
export type CatalogueEntry = {
  name: ReportName;
  reportType: string;
  reportSubType: string;
  frequency: 'DAILY';
  /** `filter[version]`. Source: "Download Sales and Trends Reports", table of allowed values. */
  version: string;
  /** Report dates and hours are of this zone. */
  timeZone: string;
  /** Asked for from this hour on, so many days after the report date. */
  due: { days: number; hour: number };
  /** "There were no sales" is believed from so many hours after the due time on. */
  noSalesFinalAfterHours: number;
  /** Days that Apple keeps a report; afterwards it is gone for good. */
  keptDays: number;
  columns: readonly Column[];
};

/**
 * All reports this version can fetch.
 * Source of times and retention: Apple's help page "Sales and Trends reports availability" (daily reports come
 * the following day, generally by 8 am Pacific, and are kept for a year).
 */
const CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: 'SALES/SUMMARY/DAILY',
    reportType: 'SALES',
    reportSubType: 'SUMMARY',
    frequency: 'DAILY',
    version: '1_0',
    timeZone: 'America/Los_Angeles',
    due: { days: 1, hour: 8 },
    noSalesFinalAfterHours: 0,
    keptDays: 365,
    columns: SALES_SUMMARY_COLUMNS,
  },
];

export const findEntry = (name: ReportName): CatalogueEntry | undefined =>
  CATALOGUE.find((entry) => entry.name === name);

export type SubscribedSeries = { series: Series; entry: CatalogueEntry; backfillDays: number };

/** Every series of the settings with what the catalogue knows of it. */
export function subscribedSeries(settings: Settings): SubscribedSeries[] {
  return settings.teams.flatMap((team) =>
    team.vendors.flatMap((vendor) =>
      vendor.reports.flatMap((report) => {
        const entry = findEntry(report);
        if (entry === undefined) return [];
        const series = { team: team.name, vendor: vendor.number, report };
        return [{ series, entry, backfillDays: vendor.backfillDays }];
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
