import type { AppStoreConnectClient } from '../client/client.ts';
import type { ReadResponse } from '../client/client-options.ts';
import { readReportFile } from './report-file.ts';

/** One finance report. `reportDate` is a month of Apple's fiscal calendar: `2027-01` is October 2026. */
export type FinanceReportRequest = {
  vendorNumber: string;
  reportType: string;
  regionCode: string;
  reportDate: string;
};

/** GET /v1/financeReports, all parameters required. Source: "Download finance reports". */
export const readFinanceReport = <T>(
  client: AppStoreConnectClient,
  request: FinanceReportRequest,
  consume: ReadResponse<T>,
): Promise<T> =>
  readReportFile(
    client,
    {
      path: '/v1/financeReports',
      query: {
        'filter[regionCode]': request.regionCode,
        'filter[reportDate]': request.reportDate,
        'filter[reportType]': request.reportType,
        'filter[vendorNumber]': request.vendorNumber,
      },
    },
    consume,
  );
