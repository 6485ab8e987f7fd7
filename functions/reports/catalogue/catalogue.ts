import type { Settings, SettingsRule } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import { closestMatches } from '../../platform/util/closest-matches.ts';
import { PACIFIC_TIME_ZONE } from '../../platform/util/time.ts';
import type { Column } from '../table/column-type.ts';
import type { ReportLayout } from '../table/table-builder.ts';
import {
  FINANCE_DETAIL_COLUMNS,
  FINANCIAL_COLUMNS,
  OFFER_CODE_REDEMPTION_COLUMNS,
  PRE_ORDER_COLUMNS,
  SALES_SUMMARY_COLUMNS,
  SUBSCRIBER_COLUMNS,
  SUBSCRIPTION_COLUMNS,
  SUBSCRIPTION_EVENT_COLUMNS,
  UNDOCUMENTED_COLUMNS,
  WIN_BACK_ELIGIBILITY_COLUMNS,
} from './report-columns.ts';
import type { ReportName, Series } from './series.ts';

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY' | 'FISCAL_MONTHLY';

/** How a report is asked for. */
export type ReportSource =
  | {
      api: 'salesReports';
      reportType: string;
      reportSubType: string;
      frequency: string;
      /** `filter[version]`. Source: "Download Sales and Trends Reports", table of allowed values. */
      version: string;
    }
  | { api: 'financeReports'; reportType: string; regionCode: string };

/** What is known of one kind of report. Data only: another kind is another entry. */
export type CatalogueEntry = {
  name: ReportName;
  source: ReportSource;
  frequency: Frequency;
  /** Report dates and hours are of this zone. */
  timeZone: string;
  /** Asked for from this hour on, so many days after the last day of the period. */
  due: { days: number; hour: number };
  /** So many hours before it is due Apple may have it at the earliest. */
  earliestHours: number;
  /**
   * "There were no sales" is believed from so many hours after the due time on. For longer periods it may only
   * mean that the report is not generated yet.
   */
  noSalesFinalAfterHours: number;
  /** A report that is not settled so many hours after it was due (or first expected) is late: a person must look. */
  overdueAfterHours: number;
  /** Days after the period's end for which Apple keeps a report; afterwards it is gone for good. */
  keptDays: number;
  columns: readonly Column[];
  /** What stands around the rows. */
  layout: ReportLayout;
  /** The version that was asked for by default before: for empty days that do not say which was. */
  previousVersion?: string;
  /** Whether each day with renewals of subscriptions must have rows. */
  followsRenewals?: boolean;
  /** Why nobody should subscribe it any more: said at synthesis. */
  deprecated?: string;
};

/**
 * When reports come and how long they are kept.
 * Source: Apple's help page "Sales and Trends reports availability": daily ones the following day, weekly ones
 * on Mondays, monthly ones five days after the month's end, yearly ones six days after the year's end, generally
 * by 8 am Pacific; kept for a year, yearly ones for ten. When to worry is our own choice: days are late at times,
 * and the morning after the promised one is the practical limit.
 */
const SCHEDULES = {
  DAILY: {
    due: { days: 1, hour: 8 },
    earliestHours: 5,
    noSalesFinalAfterHours: 0,
    overdueAfterHours: 28,
    keptDays: 365,
  },
  WEEKLY: {
    due: { days: 1, hour: 8 },
    earliestHours: 5,
    noSalesFinalAfterHours: 7 * 24,
    overdueAfterHours: 48,
    keptDays: 365,
  },
  MONTHLY: {
    due: { days: 5, hour: 8 },
    earliestHours: 5,
    noSalesFinalAfterHours: 14 * 24,
    overdueAfterHours: 96,
    keptDays: 365,
  },
  YEARLY: {
    due: { days: 6, hour: 8 },
    earliestHours: 5,
    noSalesFinalAfterHours: 30 * 24,
    overdueAfterHours: 168,
    keptDays: 3650,
  },
} as const;

/**
 * Finance reports. Apple promises the one of a fiscal month by the end of the following one, which has four or five
 * weeks (FAQ "View payments and download reports"), and names no hour and no retention. Asked for from the Friday
 * after the month on. A month that is still open, one that is not generated and one without sales are answered
 * with the same words, so those are believed a week after the longest promise, and an unsettled month is overdue
 * a day later: earlier, every vendor without sales in a region would be called late.
 */
const FINANCE_SCHEDULE = {
  due: { days: 6, hour: 8 },
  earliestHours: 0,
  noSalesFinalAfterHours: (35 + 7 - 6) * 24,
  overdueAfterHours: (35 + 8 - 6) * 24,
  keptDays: 3650,
} as const;

const salesEntry = (
  name: ReportName,
  version: string,
  columns: readonly Column[],
  more: Partial<CatalogueEntry> = {},
): CatalogueEntry => {
  const [reportType = '', reportSubType = '', last = ''] = name.split('/');
  const frequency = (['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const).find((known) => known === last);
  if (frequency === undefined) throw new RangeError(`${name} names no frequency`);
  const source = { api: 'salesReports', reportType, reportSubType, frequency, version } as const;
  const schedule = SCHEDULES[frequency];
  return {
    name,
    source,
    frequency,
    timeZone: PACIFIC_TIME_ZONE,
    columns,
    layout: 'table',
    ...schedule,
    ...more,
  };
};

const financeEntry = (
  reportType: string,
  regionCode: string,
  columns: readonly Column[],
): CatalogueEntry => ({
  name: `${reportType}/${regionCode}`,
  source: { api: 'financeReports', reportType, regionCode },
  frequency: 'FISCAL_MONTHLY',
  timeZone: PACIFIC_TIME_ZONE,
  columns,
  layout: 'finance',
  ...FINANCE_SCHEDULE,
});

/** The report that every vendor has: by it a wrong vendor number is told from a report that a vendor has not. */
export const MULTI_VENDOR_REPORT: ReportName = 'SALES/SUMMARY/DAILY';

/** Subscription reports lag behind by days at times, so they are not called overdue as early. */
const LAGGING = { overdueAfterHours: 7 * 24 };
/** Version 1_4 is live since June 2026; Apple's page still says 1_3. Source: github.com/rorkai/App-Store-Connect-CLI/issues/1841. */
const SUBSCRIPTIONS = { ...LAGGING, previousVersion: '1_3', followsRenewals: true };
const INSTALLS = {
  deprecated:
    'Apple has deprecated INSTALLS with API 4.6: the fee by install that it served ended on 1 October 2026',
};

/** Source: "Download Sales and Trends Reports", table of allowed values; of several versions the newest. */
const SALES_REPORTS: readonly CatalogueEntry[] = [
  salesEntry(MULTI_VENDOR_REPORT, '1_0', SALES_SUMMARY_COLUMNS),
  salesEntry('SALES/SUMMARY/WEEKLY', '1_0', SALES_SUMMARY_COLUMNS),
  salesEntry('SALES/SUMMARY/MONTHLY', '1_0', SALES_SUMMARY_COLUMNS),
  salesEntry('SALES/SUMMARY/YEARLY', '1_0', SALES_SUMMARY_COLUMNS),
  salesEntry('SUBSCRIPTION/SUMMARY/DAILY', '1_4', SUBSCRIPTION_COLUMNS, SUBSCRIPTIONS),
  salesEntry('SUBSCRIPTION_EVENT/SUMMARY/DAILY', '1_4', SUBSCRIPTION_EVENT_COLUMNS, SUBSCRIPTIONS),
  salesEntry('SUBSCRIBER/DETAILED/DAILY', '1_4', SUBSCRIBER_COLUMNS, SUBSCRIPTIONS),
  salesEntry(
    'SUBSCRIPTION_OFFER_CODE_REDEMPTION/SUMMARY/DAILY',
    '1_0',
    OFFER_CODE_REDEMPTION_COLUMNS,
    LAGGING,
  ),
  salesEntry('WIN_BACK_ELIGIBILITY/SUMMARY/DAILY', '1_0', WIN_BACK_ELIGIBILITY_COLUMNS, LAGGING),
  salesEntry('PRE_ORDER/SUMMARY/DAILY', '1_0', PRE_ORDER_COLUMNS),
  salesEntry('PRE_ORDER/SUMMARY/WEEKLY', '1_0', PRE_ORDER_COLUMNS),
  salesEntry('PRE_ORDER/SUMMARY/MONTHLY', '1_0', PRE_ORDER_COLUMNS),
  salesEntry('PRE_ORDER/SUMMARY/YEARLY', '1_0', PRE_ORDER_COLUMNS),
  salesEntry('NEWSSTAND/DETAILED/DAILY', '1_0', UNDOCUMENTED_COLUMNS),
  salesEntry('NEWSSTAND/DETAILED/WEEKLY', '1_0', UNDOCUMENTED_COLUMNS),
  salesEntry('INSTALLS/SUMMARY/MONTHLY', '1_2', UNDOCUMENTED_COLUMNS, INSTALLS),
  salesEntry('INSTALLS/DETAILED/MONTHLY', '1_2', UNDOCUMENTED_COLUMNS, INSTALLS),
  salesEntry('INSTALLS/SUMMARY_CHANNEL/YEARLY', '1_1', UNDOCUMENTED_COLUMNS, INSTALLS),
  salesEntry('INSTALLS/SUMMARY_INSTALL_TYPE/YEARLY', '1_1', UNDOCUMENTED_COLUMNS, INSTALLS),
  salesEntry('INSTALLS/SUMMARY_TERRITORY/YEARLY', '1_1', UNDOCUMENTED_COLUMNS, INSTALLS),
  salesEntry('INSTALLS/DETAILED/YEARLY', '1_1', UNDOCUMENTED_COLUMNS, INSTALLS),
  salesEntry('FIRST_ANNUAL/DETAILED/DAILY', '1_0', UNDOCUMENTED_COLUMNS),
  salesEntry('FIRST_ANNUAL/SUMMARY/YEARLY', '1_0', UNDOCUMENTED_COLUMNS),
];

/**
 * Regions of the financial report; ZZ is all of them in one file. Source: Apple's help page "Financial report
 * regions and currencies"; AP (South Asia and Pacific) and WW (rest of world) after public programs that ask for them.
 */
const FINANCE_REGIONS =
  'ZZ AE AP AU BG BR CA CH CL CN CO CZ DK EG EU GB HK HR HU ID IL IN JP KR KZ LL MX MY NG NO NZ PE PH PK PL QA RO RU SA SE SG TH TR TW TZ US VN WW ZA';

const FINANCE_REPORTS: readonly CatalogueEntry[] = [
  ...FINANCE_REGIONS.split(' ').map((region) => financeEntry('FINANCIAL', region, FINANCIAL_COLUMNS)),
  financeEntry('FINANCE_DETAIL', 'Z1', FINANCE_DETAIL_COLUMNS),
];

/** All reports this version can fetch. */
export const CATALOGUE: readonly CatalogueEntry[] = [...SALES_REPORTS, ...FINANCE_REPORTS];

export const findEntry = (name: ReportName): CatalogueEntry | undefined =>
  CATALOGUE.find((known) => known.name === name);

/** What is known of a series: the catalogue's entry, in the version that the settings ask for. */
export function entryOf(
  settings: SeriesSettings,
  { team, vendor, report }: Series,
): CatalogueEntry | undefined {
  const found = findEntry(report);
  if (found?.source.api !== 'salesReports') return found;
  const vendors = settings.teams.find(({ name }) => name === team)?.vendors;
  const vendorVersion = vendors?.find(({ number }) => number === vendor)?.reportVersions?.[report];
  const version = vendorVersion ?? settings.reportVersions?.[report] ?? found.source.version;
  return { ...found, source: { ...found.source, version } };
}

/** The settings that name series. */
export type SeriesSettings = Pick<Settings, 'teams' | 'reportVersions'>;

export type SubscribedSeries = {
  series: Series;
  entry: CatalogueEntry;
  /** `undefined`: as long as Apple keeps the report. */
  backfillDays: number | undefined;
};

/** Every series of the settings with what the catalogue knows of it. */
export function subscribedSeries(settings: SeriesSettings): SubscribedSeries[] {
  return settings.teams.flatMap((team) =>
    team.vendors.flatMap((vendor) =>
      vendor.reports.flatMap((report) => {
        const series = { team: team.name, vendor: vendor.number, report };
        const entry = entryOf(settings, series);
        return entry === undefined ? [] : [{ series, entry, backfillDays: vendor.backfillDays }];
      }),
    ),
  );
}

/** Refuses settings that name a report which the catalogue does not have, with the names that are nearest. */
export const knownReports: SettingsRule = ({ teams }) =>
  teams.flatMap((team, t) =>
    team.vendors.flatMap((vendor, v) =>
      vendor.reports.flatMap((report, r) => unknownReport(report, `teams[${t}].vendors[${v}].reports[${r}]`)),
    ),
  );

/** Refuses versions of reports that do not exist or have none. */
export const knownVersions: SettingsRule = ({ teams, reportVersions }) => [
  ...unknownVersions(reportVersions, 'reportVersions'),
  ...teams.flatMap((team, t) =>
    team.vendors.flatMap((vendor, v) =>
      unknownVersions(vendor.reportVersions, `teams[${t}].vendors[${v}].reportVersions`),
    ),
  ),
];

const unknownVersions = (versions: Record<string, string> | undefined, path: string): Problem[] =>
  Object.keys(versions ?? {}).flatMap((report) => {
    const at = `${path}["${report}"]`;
    const api = findEntry(report)?.source.api;
    return api === 'financeReports'
      ? [{ path: at, message: 'finance reports have no versions; remove it' }]
      : unknownReport(report, at);
  });

function unknownReport(report: string, path: string): Problem[] {
  if (findEntry(report) !== undefined) return [];
  const names = closestMatches(
    report,
    CATALOGUE.map(({ name }) => name),
  );
  return [
    {
      path,
      message: `"${report}" is not a report this version can fetch${names.length === 0 ? '' : `; the nearest are ${names.join(', ')}`}`,
    },
  ];
}
