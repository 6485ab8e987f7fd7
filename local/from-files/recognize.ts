import { Temporal } from 'temporal-polyfill';
import { KNOWN_ANALYTICS_REPORTS } from '../../functions/reports/analytics/names/analytics-catalogue.ts';
import {
  CATALOGUE,
  type CatalogueEntry,
  type Frequency,
  findEntry,
} from '../../functions/reports/catalogue/catalogue.ts';
import { fiscalMonthOf } from '../../functions/reports/catalogue/fiscal-calendar.ts';
import { columnName } from '../../functions/reports/table/column-type.ts';
import { type FileName, readFileName } from './file-name.ts';
import type { LeftOut, ReportContent } from './read-file.ts';

/** A report of a vendor: which one, of whom, of when. */
export type VendorReport = { kind: 'vendor'; report: string; vendor: string; reportDate: string };
/** An analytics report of an app. The processing date is guessed: the day after the last one in it. */
export type AppReport = {
  kind: 'app';
  report: string;
  name: string;
  category: string;
  app: string;
  reportDate: string;
};
export type Recognized = VendorReport | AppReport;

/** For files whose name does not tell the vendor. */
export const UNKNOWN_VENDOR = '85000000';

/** The rows of a file by the names of their columns; the first and the last are looked at. */
type Rows = { names: readonly string[]; rows: readonly string[][]; opening: ReadonlyMap<string, string> };

/**
 * Tells by a file's columns, dates and name which report it is.
 *
 * @param path its name counts; folders do not
 */
export function recognize(path: string, { text }: Pick<ReportContent, 'text'>): Recognized | LeftOut {
  const table = readRows(text);
  const name = readFileName(path);
  const entry = entryByColumns(table.names);
  if (entry !== undefined) return vendorReport(entry, table, name);
  const analytics = analyticsByColumns(table.names);
  if (analytics !== undefined) return appReport(analytics, table);
  return {
    reason: 'its first line is not the header of a report that this version knows',
    advice:
      'nothing, if it is no report; reports without documented columns (Newsstand, installs) cannot be told from others',
  };
}

const ROWS_LOOKED_AT = 20_000;

function readRows(text: string): Rows {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/, ROWS_LOOKED_AT);
  const opening = new Map<string, string>();
  let at = 0;
  for (; /^(Vendor Name|Start Date|End Date)\t[^\t]*\t*$/.test(lines[at] ?? ''); at += 1) {
    const [label = '', value = ''] = (lines[at] ?? '').split('\t');
    opening.set(label, value.trim());
  }
  const names = (lines[at] ?? '').split('\t').map(columnName);
  const rows = lines
    .slice(at + 1)
    .map((line) => line.split('\t'))
    .filter((cells) => cells.length >= names.length);
  return { names, rows, opening };
}

/** The report whose required columns are all there, and of those the one that knows most of the columns. */
function entryByColumns(names: readonly string[]): CatalogueEntry | undefined {
  const known = CATALOGUE.filter(
    ({ columns }) =>
      columns.length > 0 && columns.every(({ required, name }) => !required || names.includes(name)),
  );
  const matches = ({ columns }: CatalogueEntry) => columns.filter(({ name }) => names.includes(name)).length;
  return known.toSorted((one, other) => matches(other) - matches(one))[0];
}

function analyticsByColumns(names: readonly string[]): { name: string; category: string } | undefined {
  if (!names.includes('app_apple_identifier')) return undefined;
  const missing = (columns: readonly { name: string }[]) =>
    columns.filter(({ name }) => !names.includes(name)).length;
  const surplus = (columns: readonly { name: string }[]) =>
    names.filter((name) => !columns.some((column) => column.name === name)).length;
  return KNOWN_ANALYTICS_REPORTS.filter(
    ({ columns }) => columns.length > 3 && missing(columns) <= 1,
  ).toSorted(
    (one, other) =>
      missing(one.columns) + surplus(one.columns) - missing(other.columns) - surplus(other.columns),
  )[0];
}

function appReport(
  { name, category }: { name: string; category: string },
  table: Rows,
): Recognized | LeftOut {
  const days = ['date', 'event_date'].flatMap((column) => daysOf(table, column)).sort();
  const app = valuesOf(table, 'app_apple_identifier')[0];
  const last = days.at(-1);
  if (app === undefined || last === undefined)
    return {
      reason: 'it has no row that tells the app and the day',
      advice: 'nothing: there is nothing in it to store',
    };
  const report = `ANALYTICS/${category}/${name}/DAILY`;
  return {
    kind: 'app',
    report,
    name,
    category,
    app,
    reportDate: Temporal.PlainDate.from(last).add({ days: 1 }).toString(),
  };
}

function vendorReport(entry: CatalogueEntry, table: Rows, name: FileName): Recognized | LeftOut {
  const vendor = name.vendor ?? UNKNOWN_VENDOR;
  if (entry.source.api === 'financeReports')
    return financeReport(entry.source.reportType, table, name, vendor);
  const period = periodOf(table) ?? periodOfName(entry, name);
  if (period === undefined) {
    return {
      reason: 'neither its name nor its rows tell the day',
      advice: `name it as Apple does: ${entry.source.reportType}_85012345_20261123.txt.gz`,
    };
  }
  if ('reason' in period) return period;
  const stated = name.date === undefined ? undefined : reportDateOfName(period.frequency, name.date);
  if (stated !== undefined && stated !== period.reportDate) {
    return {
      reason: `its name says ${stated}, its rows are of ${period.reportDate}`,
      advice:
        'find out which is right (Apple has sent the period before at times), then rename it or download it again',
    };
  }
  const report = `${entry.source.reportType}/${entry.source.reportSubType}/${period.frequency}`;
  if (findEntry(report) === undefined)
    return {
      reason: `Apple has no report ${report}`,
      advice: 'give whole days, weeks (Monday to Sunday), months or years',
    };
  return { kind: 'vendor', report, vendor, reportDate: period.reportDate };
}

type Period = { frequency: Frequency; reportDate: string };

/** The period that the rows state, where they do. */
function periodOf(table: Rows): Period | LeftOut | undefined {
  const firsts = ['begin_date', 'start_date', 'event_date', 'date']
    .flatMap((column) => daysOf(table, column))
    .sort();
  const lasts = ['end_date', 'event_date', 'date'].flatMap((column) => daysOf(table, column)).sort();
  const [first, last] = [firsts[0], lasts.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const [begin, end] = [Temporal.PlainDate.from(first), Temporal.PlainDate.from(last)];
  const days = begin.until(end, { largestUnit: 'days' }).days + 1;
  if (days === 1) return { frequency: 'DAILY', reportDate: last };
  if (days === 7 && end.dayOfWeek === 7) return { frequency: 'WEEKLY', reportDate: last };
  if (begin.day === 1 && end.day === end.daysInMonth) {
    if (begin.toPlainYearMonth().equals(end.toPlainYearMonth()))
      return { frequency: 'MONTHLY', reportDate: last.slice(0, 7) };
    if (begin.month === 1 && end.month === 12 && begin.year === end.year)
      return { frequency: 'YEARLY', reportDate: last.slice(0, 4) };
  }
  return {
    reason: `its rows are of ${first} to ${last}: no day, week (Monday to Sunday), month or year`,
    advice: 'give the files as Apple sends them, not several in one',
  };
}

/** Subscriptions and win-back counts have no day in their rows. All reports of that kind are daily. */
function periodOfName(entry: CatalogueEntry, { date }: FileName): Period | undefined {
  const reportDate = date === undefined ? undefined : reportDateOfName(entry.frequency, date);
  return reportDate === undefined ? undefined : { frequency: entry.frequency, reportDate };
}

function reportDateOfName(frequency: Frequency, date: string): string | undefined {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)];
  if (frequency === 'YEARLY') return date.length >= 4 ? year : undefined;
  if (frequency === 'MONTHLY') return date.length >= 6 ? `${year}-${month}` : undefined;
  return date.length === 8 ? `${year}-${month}-${day}` : undefined;
}

function financeReport(
  reportType: string,
  table: Rows,
  name: FileName,
  vendor: string,
): Recognized | LeftOut {
  const last = isoDay(table.opening.get('End Date') ?? '') ?? daysOf(table, 'end_date').sort().at(-1);
  if (last === undefined)
    return {
      reason: 'neither its first lines nor its rows tell the fiscal month',
      advice: 'give the file as Apple sent it',
    };
  const region = reportType === 'FINANCE_DETAIL' ? 'Z1' : (name.region ?? regionOf(table));
  if (region === undefined || findEntry(`${reportType}/${region}`) === undefined) {
    return {
      reason: `its name tells no region that this version knows${region === undefined ? '' : ` (${region})`}`,
      advice: 'name it as Apple does, with the region at the end: 85012345_1026_US.txt.gz',
    };
  }
  const reportDate = fiscalMonthOf(Temporal.PlainDate.from(last)).name;
  return { kind: 'vendor', report: `${reportType}/${region}`, vendor, reportDate };
}

/** Only the file of all regions has several currencies. */
const regionOf = (table: Rows): string | undefined =>
  new Set(valuesOf(table, 'partner_share_currency')).size > 1 ? 'ZZ' : undefined;

function valuesOf({ names, rows }: Rows, column: string): string[] {
  const at = names.indexOf(column);
  return at === -1
    ? []
    : [...new Set(rows.map((cells) => (cells[at] ?? '').trim()))].filter((text) => text !== '');
}

const daysOf = (table: Rows, column: string): string[] =>
  valuesOf(table, column).flatMap((text) => isoDay(text) ?? []);

function isoDay(text: string): string | undefined {
  const american = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  if (american !== null) return `${american[3]}-${american[1]}-${american[2]}`;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}
