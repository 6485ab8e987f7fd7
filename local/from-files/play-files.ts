import { gunzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { Temporal } from 'temporal-polyfill';
import { HOUR_MILLIS } from '../../functions/platform/util/time.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { fiscalMonth } from '../../functions/reports/catalogue/fiscal-calendar.ts';
import { tableName } from '../../functions/reports/catalogue/series.ts';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import type { CheckList } from '../demo/check-list.ts';
import { openLake } from '../demo/lake-query.ts';
import { readLedger } from '../demo/ledger-view.ts';
import { renderPartitions } from '../demo/partition-table.ts';
import { differencesFromRaw } from '../demo/sums-check.ts';
import type { InstanceInput } from '../simulator/reports/analytics-store.ts';
import { financeReport } from '../simulator/routes/finance-reports.ts';
import type { World, WorldOptions } from '../world/world.ts';
import type { ReportFile } from './find-files.ts';
import { type Morning, morningsOf } from './mornings.ts';
import { byKind } from './summary.ts';

const TEAM = 'files';
/** More partitions than this are not listed one by one. */
const PARTITIONS_SHOWN = 40;

/** The settings that subscribe all these reports, at the first of their mornings. */
export function worldOfFiles(reports: readonly ReportFile[]): WorldOptions {
  const [first] = morningsOf(reports);
  if (first === undefined) throw new RangeError('no reports to serve');
  const vendors = Map.groupBy(
    reports.filter((report) => report.kind === 'vendor'),
    ({ vendor }) => vendor,
  );
  const apps = Map.groupBy(
    reports.filter((report) => report.kind === 'app'),
    ({ app }) => app,
  );
  const namesOf = (files: readonly ReportFile[]) => [...new Set(files.map(({ report }) => report))];
  return {
    now: first.now,
    // Making a request for analytics takes this role.
    reportsRole: 'ADMIN',
    settings: {
      teams: [
        {
          name: TEAM,
          keys: { reports: `app-store-connect/${TEAM}/reports` },
          ...(vendors.size > 0 && {
            vendors: [...vendors].map(([number, files]) => ({
              number,
              reports: namesOf(files),
              backfillDays: 1,
            })),
          }),
          ...(apps.size > 0 && {
            apps: [...apps].map(([id, files]) => ({ id, analytics: namesOf(files) })),
          }),
        },
      ],
    },
  };
}

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
    for (const report of morning.reports) serve(world, report, morning.now);
    const day = Temporal.Instant.fromEpochMilliseconds(morning.now).toZonedDateTimeISO('America/Los_Angeles');
    say(
      `${day.toPlainDate()}  the simulator serves ${morning.reports.length} files; the planner is asked for them`,
    );
    for (const request of requestsOf(morning)) await world.cloud.invoke('PlanReports', request);
    await world.cloud.drain();
    if (morning.reports.some(({ kind }) => kind === 'app')) await fetchAnalytics(world);
  }
}

function serve({ simulator }: World, report: ReportFile, now: number): void {
  const availableAt = now - HOUR_MILLIS;
  if (report.kind === 'app') {
    const { app, category, name, reportDate } = report;
    const categories: readonly string[] = [
      'APP_USAGE',
      'APP_STORE_ENGAGEMENT',
      'COMMERCE',
      'FRAMEWORK_USAGE',
      'PERFORMANCE',
    ];
    const isCategory = (text: string): text is InstanceInput['category'] => categories.includes(text);
    if (!isCategory(category)) throw new RangeError(`${category} is no category of analytics reports`);
    const text = gunzipSync(report.gzip).toString('utf8');
    simulator.analytics.put({
      app,
      category,
      name,
      granularity: 'DAILY',
      processingDate: reportDate,
      availableAt,
      segments: [text],
    });
    return;
  }
  const source = findEntry(report.report)?.source;
  if (source === undefined) throw new RangeError(`${report.report} is not in the catalogue`);
  const { vendor, reportDate, gzip } = report;
  if (source.api === 'financeReports') {
    const { reportType, regionCode: region } = source;
    if (reportType !== 'FINANCIAL' && reportType !== 'FINANCE_DETAIL')
      throw new RangeError(`${reportType} is no finance report`);
    simulator.reports.putGzip({
      ...financeReport({ vendor, reportType, region, reportDate }),
      availableAt,
      gzip,
    });
    return;
  }
  const { reportType, reportSubType, version } = source;
  const frequency = (['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const).find(
    (one) => one === source.frequency,
  );
  if (frequency === undefined) throw new RangeError(`${source.frequency} is no frequency`);
  simulator.reports.putGzip({
    vendor,
    reportType,
    reportSubType,
    frequency,
    version,
    reportDate,
    availableAt,
    gzip,
  });
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

/** Shows what became of each kind of report, and checks it against the files. */
export async function showFetched(
  world: World,
  checks: CheckList,
  reports: readonly ReportFile[],
  lake: string,
  say: (line?: string) => void,
): Promise<void> {
  const items = await readLedger(world.cloud);
  const itemOf = (file: ReportFile) =>
    items.find(
      ({ pk, sk }) =>
        pk === `${TEAM}/${file.kind === 'vendor' ? file.vendor : file.app}/${file.report}` &&
        sk === file.reportDate,
    );
  const table = new Table({
    head: ['report', 'files', 'stored', 'rows'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const [report, files] of byKind(reports)) {
    const stored = files.map(itemOf).filter((item) => item?.state === 'stored');
    table.push([
      report,
      files.length,
      stored.length,
      stored.reduce((sum, item) => sum + (item?.rows ?? 0), 0),
    ]);
  }
  say(`\nWhat became of them:\n${table.toString()}`);
  const failed = reports.flatMap((file) => {
    const item = itemOf(file);
    return item?.state === 'stored' ? [] : [`  ${file.path}\n      ${item?.lastAnswer ?? 'not asked for'}`];
  });
  if (failed.length > 0) say(`\nNot stored:\n${failed.join('\n')}`);
  checks.check(
    `${reports.length - failed.length} of ${reports.length} files are in the lake`,
    failed.length === 0,
  );
  await checkSums(checks, items, lake, say);
}

/** Sales: added up from the raw files by another program, per report and currency. */
async function checkSums(
  checks: CheckList,
  items: readonly LedgerItem[],
  lake: string,
  say: (line?: string) => void,
): Promise<void> {
  for (const report of ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].map(
    (frequency) => `SALES/SUMMARY/${frequency}`,
  )) {
    const stored = items.filter(({ pk, state }) => pk.endsWith(`/${report}`) && state === 'stored');
    if (stored.length === 0) continue;
    const sums = await (await openLake(lake, tableName(report))).salesByPartition();
    const shown = stored.slice(-PARTITIONS_SHOWN);
    say(
      `\n${report}${shown.length < stored.length ? `, the last ${shown.length} of ${stored.length}` : ''}:`,
    );
    say(renderPartitions(shown, sums));
    const differences = differencesFromRaw(lake, stored, sums);
    checks.check(
      `${report}: tables and raw files agree to the cent, per report and currency (added up by two programs)`,
      differences.length === 0,
      differences.slice(0, 3).join('; '),
    );
  }
}
