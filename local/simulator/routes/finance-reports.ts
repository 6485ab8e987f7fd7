import { financeReport, type ReportId, type ReportStore } from '../reports/report-store.ts';
import { invalidParameter, Refusal } from '../rules/apple-error.ts';
import type { RouteResponse } from '../rules/response.ts';
import type { Call, Route } from '../server/route.ts';
import { requireAcceptable } from './acceptable.ts';
import { readDateParameter, refuseOtherParameters, requiredParameter } from './report-parameters.ts';

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
  refuseOtherParameters(query, PARAMETERS);
  const [vendor = '', reportType = '', region = '', reportDate = ''] = PARAMETERS.map((name) =>
    requiredParameter(query, name),
  );
  if (reportType !== 'FINANCIAL' && reportType !== 'FINANCE_DETAIL')
    throw invalidParameter('filter[reportType]', `'${reportType}' is not a valid filter value.`);
  if (reportType === 'FINANCIAL' ? !REGIONS.has(region) : region !== 'Z1')
    throw invalidParameter('filter[regionCode]', `'${region}' is not a valid region code for ${reportType}.`);
  return financeReport({
    vendor,
    reportType,
    region,
    reportDate: readDateParameter('FISCAL_MONTHLY', reportDate),
  });
}
