import { ReportDateError, readReportDate } from '../reports/report-calendar.ts';
import type { ReportId, ReportStore } from '../reports/report-store.ts';
import { illegalParameter, invalidParameter, missingParameter, Refusal } from '../rules/apple-error.ts';
import type { RouteResponse } from '../rules/response.ts';
import type { Call, Route } from '../server/route.ts';
import { requireAcceptable } from './acceptable.ts';

/** Regions of one currency, groups of countries, and ZZ for all: help page "Financial report regions and currencies". */
const REGIONS = new Set([
  ...['US', 'CA', 'MX', 'BR', 'CL', 'CO', 'PE', 'LL'],
  ...['EU', 'GB', 'CH', 'DK', 'NO', 'SE', 'BG', 'CZ', 'HR', 'HU', 'PL', 'RO', 'RU', 'TR', 'KZ'],
  ...['AE', 'SA', 'QA', 'IL', 'EG', 'ZA', 'NG', 'TZ'],
  ...['CN', 'HK', 'TW', 'JP', 'KR', 'IN', 'ID', 'MY', 'PK', 'PH', 'SG', 'TH', 'VN', 'AU', 'NZ', 'AP'],
  ...['WW', 'ZZ'],
]);

const PARAMETERS = ['filter[vendorNumber]', 'filter[reportType]', 'filter[regionCode]', 'filter[reportDate]'];

/** `GET /v1/financeReports`: Apple's page "Download finance reports". */
export function financeReportRoutes(reports: ReportStore): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/financeReports',
      roles: ['ADMIN', 'FINANCE'],
      individualKeys: false,
      handle: (call) => download(call, reports),
    },
  ];
}

function download(call: Call, reports: ReportStore): RouteResponse {
  requireAcceptable(call);
  const report = readQuery(call.query);
  if (!call.key.team.vendors.has(report.vendor))
    throw invalidParameter('filter[vendorNumber]', 'Invalid vendor number specified. Try again.');
  const found = reports.look(report, call.now);
  // One text for a month that is open, not generated, without sales or no longer kept.
  if (found.state !== 'served') {
    throw new Refusal({
      status: 404,
      code: 'NOT_FOUND',
      title: 'The request expected results but none were found',
      detail: 'There were no sales for the date specified.',
      reason: found.state,
    });
  }
  const fileName = `${report.vendor}_${report.reportDate.replace('-', '')}_${report.reportSubType}.txt.gz`;
  return {
    status: 200,
    headers: {
      'content-type': 'application/a-gzip',
      'content-disposition': `attachment;filename=${fileName}`,
    },
    body: found.gzip,
  };
}

/** Which report of the store is meant: its type and region, in a version that finance reports do not tell. */
function readQuery(query: URLSearchParams): ReportId {
  for (const name of query.keys()) if (!PARAMETERS.includes(name)) throw illegalParameter(name);
  const [vendor = '', reportType = '', region = '', reportDate = ''] = PARAMETERS.map((name) => {
    const [text, second] = query.getAll(name);
    if (text === undefined || text === '') throw missingParameter(name);
    if (second !== undefined) throw invalidParameter(name, `The parameter '${name}' can be given once only.`);
    return text;
  });
  if (reportType !== 'FINANCIAL' && reportType !== 'FINANCE_DETAIL')
    throw invalidParameter('filter[reportType]', `'${reportType}' is not a valid filter value.`);
  if (reportType === 'FINANCIAL' ? !REGIONS.has(region) : region !== 'Z1')
    throw invalidParameter('filter[regionCode]', `'${region}' is not a valid region code for ${reportType}.`);
  return financeReport({ vendor, reportType, region, reportDate: readDate(reportDate) });
}

function readDate(text: string): string {
  try {
    readReportDate('FISCAL_MONTHLY', text);
    return text;
  } catch (cause) {
    if (cause instanceof ReportDateError) throw invalidParameter('filter[reportDate]', cause.message);
    throw cause;
  }
}

/** A finance report as the store names it. `reportDate` is a fiscal month. */
export const financeReport = (report: {
  vendor: string;
  reportType: 'FINANCIAL' | 'FINANCE_DETAIL';
  region: string;
  reportDate: string;
}): ReportId => ({
  vendor: report.vendor,
  reportType: report.reportType,
  reportSubType: report.region,
  frequency: 'FISCAL_MONTHLY',
  version: '',
  reportDate: report.reportDate,
});
