import { periodDays } from '../catalogue/calendar.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';
import type { ReportInspection } from './inspect-report.ts';

/**
 * Compares a report with what was asked for: Apple has sent last week's file for this week.
 *
 * By the name of the file (`x-reports-filename`: vendor and date) and by the dates of its rows. What says nothing
 * (a name of another form, a report without dates) contradicts nothing. Finance files are not compared: their
 * names and rows follow Apple's fiscal calendar in more than one form.
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
  const named = /_(\d{5,12})_(\d{4}(?:\d{2}){0,2})(?:_V\d+_\d+)?\.txt/i.exec(found.fileName ?? '');
  if (named !== null) {
    const [, vendor = '', date = ''] = named;
    if (vendor !== partition.vendor) return `the file ${found.fileName} is named after vendor ${vendor}`;
    if (!namesPeriod(date, from, to)) return `the file is named ${found.fileName}`;
  }
  const { endDates } = found.inspection;
  if (endDates.length > 0 && !endDates.includes(to))
    return `its rows are of a period that ends on ${endDates.slice(0, 3).join(', ')}, not on ${to}`;
  return undefined;
}

/** `20261122`, `202611` or `2026` within the period, however much of the date the name gives. */
function namesPeriod(date: string, from: string, to: string): boolean {
  const [first, last] = [from, to].map((day) => day.replaceAll('-', '').slice(0, date.length));
  return date >= (first ?? '') && date <= (last ?? '');
}
