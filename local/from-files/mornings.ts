import { HOUR_MILLIS } from '../../functions/platform/util/time.ts';
import { dueAt, keptSince } from '../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import type { ReportFile } from './find-files.ts';

/** A moment of the simulated past, and the reports that Apple has then. */
export type Morning = { now: number; reports: ReportFile[] };

/**
 * Apple keeps most reports for a year, and people keep files for longer. So the files are served on as few simulated
 * mornings as possible, each report after it was due and before Apple would have dropped it.
 */
export function morningsOf(reports: readonly ReportFile[]): Morning[] {
  const dated = reports
    .map((report) => ({ report, due: dueOf(report) }))
    .toSorted((one, other) => one.due - other.due);
  const mornings: Morning[] = [];
  /** Of the last morning: by series, the report that Apple would drop first. */
  let oldest = new Map<string, ReportFile>();
  for (const { report, due } of dated) {
    const now = due + HOUR_MILLIS;
    let morning = mornings.at(-1);
    if (morning === undefined || [...oldest.values()].some((one) => !isKept(one, now))) {
      morning = { now, reports: [] };
      mornings.push(morning);
      oldest = new Map();
    }
    morning.reports.push(report);
    morning.now = now;
    if (!oldest.has(report.report)) oldest.set(report.report, report);
  }
  return mornings;
}

function dueOf({ kind, report, reportDate }: ReportFile): number {
  const entry = findEntry(report);
  // Analytics: in the evening of the processing date, in Universal Time.
  return kind === 'app' || entry === undefined
    ? Date.parse(`${reportDate}T20:00:00Z`)
    : dueAt(entry, reportDate);
}

function isKept({ kind, report, reportDate }: ReportFile, now: number): boolean {
  const entry = findEntry(report);
  return kind === 'app' || entry === undefined || reportDate >= keptSince(entry, now);
}
