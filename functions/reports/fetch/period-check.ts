import { periodDays } from '../catalogue/calendar.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';
import type { ReportInspection } from './inspect-report.ts';

/** `S_D_1_85012345_20261122.txt.gz`: the letter of the frequency, vendor and date; the letter is in some names only. */
const FILE_NAME = /(?:_([DWMY]))?(?:_\d)?_(\d{5,12})_(\d{4}(?:\d{2}){0,2})(?:_V\d+_\d+)?\.txt/i;

/**
 * Compares a report with what was asked for: Apple has sent last week's file for this week.
 *
 * By the name of the file (`x-reports-filename`: frequency, vendor and date) and by the first and last days of the
 * periods that its rows name. What says nothing (a name of another form, a report without dates) contradicts nothing.
 * Days of single events (subscriptions, subscribers, offers) are not the report's period and are not compared. Finance
 * files are not compared: their names and rows follow Apple's fiscal calendar in more than one form.
 *
 * @returns what is wrong, or `undefined`
 */
export function otherPeriod(
  entry: CatalogueEntry,
  partition: Partition,
  found: { fileName?: string; inspection: ReportInspection },
): string | undefined {
  if (entry.source.api !== 'salesReports') return undefined;
  const { from, to } = periodDays(entry, partition.reportDate);
  const named = FILE_NAME.exec(found.fileName ?? '');
  if (named !== null) {
    const [, letter, vendor = '', date = ''] = named;
    if (vendor !== partition.vendor) return `the file ${found.fileName} is named after vendor ${vendor}`;
    if (letter !== undefined && letter.toUpperCase() !== entry.frequency[0])
      return `the file is named ${found.fileName}, where a ${entry.frequency.toLowerCase()} one has ${entry.frequency[0]}`;
    if (!namesPeriod(date, from, to)) return `the file is named ${found.fileName}`;
  }
  const { beginDates, endDates } = found.inspection;
  if (endDates.length > 0 && !endDates.includes(to))
    return `its rows are of a period that ends on ${endDates.slice(0, 3).join(', ')}, not on ${to}`;
  // A day's file that ends on the last day of a week is not the week's.
  if (beginDates.length > 0 && !beginDates.includes(from))
    return `its rows are of a period that begins on ${beginDates.slice(0, 3).join(', ')}, not on ${from}`;
  return undefined;
}

/** `20261122`, `202611` or `2026` within the period, however much of the date the name gives. */
function namesPeriod(date: string, from: string, to: string): boolean {
  const [first, last] = [from, to].map((day) => day.replaceAll('-', '').slice(0, date.length));
  return date >= (first ?? '') && date <= (last ?? '');
}
