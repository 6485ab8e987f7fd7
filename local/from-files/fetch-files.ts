import { Temporal } from 'temporal-polyfill';
import { HOUR_MILLIS, PACIFIC_TIME_ZONE } from '../../functions/platform/util/time.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { fiscalMonth } from '../../functions/reports/catalogue/fiscal-calendar.ts';
import type { World } from '../world/world.ts';
import type { ReportFile } from './find-files.ts';
import { type Morning, morningsOf } from './mornings.ts';
import { serveReport } from './serve-report.ts';
import { TEAM } from './world-of-files.ts';

/** Serves the files on their mornings and has the deployed functions fetch them. */
export async function fetchFiles(
  world: World,
  reports: readonly ReportFile[],
  say: (line?: string) => void,
): Promise<void> {
  const mornings = morningsOf(reports);
  if (mornings.length > 1)
    say(
      `Apple keeps most reports for a year: the files are served on ${mornings.length} simulated mornings.`,
    );
  for (const morning of mornings) {
    await world.pass(Math.max(0, morning.now - world.clock.now()));
    for (const report of morning.reports) serveReport(world, report, morning.now);
    const day = Temporal.Instant.fromEpochMilliseconds(morning.now).toZonedDateTimeISO(PACIFIC_TIME_ZONE);
    say(
      `${day.toPlainDate()}  the simulator serves ${morning.reports.length} files; the planner is asked for them`,
    );
    for (const request of requestsOf(morning)) await world.cloud.invoke('PlanReports', request);
    await world.cloud.drain();
    if (morning.reports.some(({ kind }) => kind === 'app')) await fetchAnalytics(world);
  }
}

/** What a person would ask the planner for by hand: each series' files, in runs of dates that follow each other. */
function requestsOf({
  reports,
}: Morning): { team: string; vendor: string; report: string; from: string; to: string }[] {
  const vendorReports = reports.filter((report) => report.kind === 'vendor');
  const series = Map.groupBy(vendorReports, ({ vendor, report }) => `${vendor} ${report}`);
  return [...series.values()].flatMap((files) => {
    const days = files.map(lastDayOf).toSorted(Temporal.PlainDate.compare);
    const runs: [from: Temporal.PlainDate, to: Temporal.PlainDate][] = [];
    for (const day of days) {
      const run = runs.at(-1);
      if (run?.[1].add({ days: 1 }).equals(day)) run[1] = day;
      else runs.push([day, day]);
    }
    const [{ vendor = '', report = '' } = {}] = files;
    return runs.map(([from, to]) => ({
      team: TEAM,
      vendor,
      report,
      from: from.toString(),
      to: to.toString(),
    }));
  });
}

function lastDayOf({ report, reportDate }: ReportFile): Temporal.PlainDate {
  switch (findEntry(report)?.frequency) {
    case 'FISCAL_MONTHLY':
      return fiscalMonth(reportDate).last;
    case 'YEARLY':
      return Temporal.PlainDate.from(`${reportDate}-12-31`);
    case 'MONTHLY': {
      const month = Temporal.PlainYearMonth.from(reportDate);
      return month.toPlainDate({ day: month.daysInMonth });
    }
    default:
      return Temporal.PlainDate.from(reportDate);
  }
}

/** One run makes the request, a later one finds the instances, the next queues them. */
async function fetchAnalytics({ cloud, pass }: World): Promise<void> {
  for (const hours of [0, 2, 48, 2]) {
    await pass(hours * HOUR_MILLIS);
    await cloud.invoke('PlanReports');
    await cloud.drain();
  }
}
