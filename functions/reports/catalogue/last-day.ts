import { isReportDate, periodDays } from './calendar.ts';
import { findEntry } from './catalogue.ts';
import type { ReportName } from './series.ts';

/**
 * The last day of the period that a report date names, `YYYY-MM-DD`: the command that asks for reports takes days.
 *
 * @returns `undefined` for what is no report of the catalogue, or no date of it
 */
export function lastDayOf(report: ReportName, reportDate: string): string | undefined {
  const entry = findEntry(report);
  return entry !== undefined && isReportDate(entry, reportDate)
    ? periodDays(entry, reportDate).to
    : undefined;
}
