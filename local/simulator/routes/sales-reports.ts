import type { SalesFrequency } from '../reports/report-calendar.ts';
import type { ReportLookup, ReportSeries, ReportStore } from '../reports/report-store.ts';
import { type SalesReportCatalogue, salesReportFileName } from '../reports/sales-report-catalogue.ts';
import { invalidParameter, Refusal } from '../rules/apple-error.ts';
import type { Behaviour } from '../rules/behaviour.ts';
import type { RouteResponse } from '../rules/response.ts';
import { DAY_MILLIS } from '../rules/time.ts';
import type { Call, Route } from '../server/route.ts';
import { requireAcceptable } from './acceptable.ts';
import { readSalesReportQuery, type SalesReportSeries } from './sales-report-query.ts';

/** `GET /v1/salesReports`: Apple's page "Download Sales and Trends Reports". */
export function salesReportRoutes(reports: ReportStore, catalogue: SalesReportCatalogue): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/salesReports',
      roles: ['ADMIN', 'FINANCE', 'SALES', 'ACCESS_TO_REPORTS'],
      individualKeys: false,
      handle: (call) => download(call, reports, catalogue),
    },
  ];
}

function download(call: Call, reports: ReportStore, catalogue: SalesReportCatalogue): RouteResponse {
  requireAcceptable(call);
  const { series, reportDate, retired } = readSalesReportQuery(
    call.query,
    catalogue,
    call.behaviour.retiredReportVersion,
  );
  requireVendor(call, series, reports);
  if (retired) throw absence('no-sales', series, call.behaviour);
  const served = servedSeries(series, call.behaviour);
  const found =
    reportDate === undefined
      ? reports.latest(served, call.now)
      : reports.look({ ...served, reportDate: servedDate(series, reportDate, call.behaviour) }, call.now);
  return fileResponse(found, call.behaviour.weeklyReportPeriod === 'sunday' ? served : series, call);
}

/** The series that Apple serves: the one asked for, or by mistake the daily one for the weekly one. */
const servedSeries = (series: SalesReportSeries, { weeklyReportPeriod }: Behaviour): SalesReportSeries =>
  series.frequency === 'WEEKLY' && ['sunday', 'sunday-renamed'].includes(weeklyReportPeriod)
    ? { ...series, frequency: 'DAILY' }
    : series;

/** The period that Apple serves: the one asked for, or by mistake the one before. */
function servedDate({ frequency }: SalesReportSeries, reportDate: string, behaviour: Behaviour): string {
  return frequency === 'WEEKLY' && behaviour.weeklyReportPeriod === 'week-before'
    ? new Date(Date.parse(reportDate) - 7 * DAY_MILLIS).toISOString().slice(0, 10)
    : reportDate;
}

function fileResponse(found: ReportLookup, series: SalesReportSeries, { behaviour }: Call): RouteResponse {
  if (found.state !== 'served') throw absence(found.state, series, behaviour);
  const fileName = salesReportFileName({ ...series, reportDate: found.reportDate });
  return {
    status: 200,
    headers: {
      'content-type': 'application/a-gzip',
      'content-disposition': `attachment;filename=${fileName}`,
      'x-reports-filename': fileName,
      'x-reports-download-version': series.version,
      ...(behaviour.reportContentEncoding === 'agzip' ? { 'content-encoding': 'agzip' } : {}),
    },
    body: found.gzip,
  };
}

/** The texts are Apple's, as several clients report them; only the one for daily reports that are to come is known. */
function absence(
  state: 'not-yet' | 'no-sales' | 'gone',
  series: SalesReportSeries,
  behaviour: Behaviour,
): Refusal {
  const { frequency } = series;
  if (state === 'gone') {
    return absent(410, 'Report is no longer available. Reports are kept for a limited time.', state);
  }
  const silent = frequency !== 'DAILY' && behaviour.longReportNotGenerated === 'no-sales';
  if (state === 'no-sales' || silent) {
    return absent(404, 'There were no sales for the date specified.', state);
  }
  return absent(404, notYet[frequency], state);
}

const notYet: Record<SalesFrequency, string> = {
  DAILY:
    'Report is not available yet. Daily reports for the Americas are available by 5 am Pacific Time; Japan, ' +
    'Australia, and New Zealand by 5 am Japan Standard Time; and 5 am Central European Time for all other territories.',
  WEEKLY: 'Report is not available yet. Weekly reports are available on Mondays.',
  MONTHLY: 'Report is not available yet. Monthly reports are available five days after the end of the month.',
  YEARLY: 'Report is not available yet. Yearly reports are available six days after the end of the year.',
};

const absent = (status: number, detail: string, reason: string): Refusal =>
  new Refusal({
    status,
    code: status === 410 ? 'GONE' : 'NOT_FOUND',
    title: 'The request expected results but none were found',
    detail,
    reason,
  });

/** One text for two causes: a vendor that is not the team's, and a vendor that never had data of this type. */
function requireVendor(call: Call, series: ReportSeries, reports: ReportStore): void {
  const ours = call.key.team.vendors.has(series.vendor);
  const known =
    series.reportType === 'SALES' ||
    call.behaviour.vendorWithoutDataOfType === 'no-sales' ||
    reports.knowsType(series.vendor, series.reportType);
  if (ours && known) return;
  throw invalidParameter('filter[vendorNumber]', 'Invalid vendor number specified. Try again.');
}
