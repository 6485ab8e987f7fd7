import type { AppStoreConnectClient } from '../client/client.ts';
import type { ReadResponse } from '../client/client-options.ts';
import { readReportFile } from './report-file.ts';

/** One file of Sales and Trends. Dates in the form of the frequency: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
export type SalesReportRequest = {
  vendorNumber: string;
  reportType: string;
  reportSubType: string;
  frequency: string;
  reportDate: string;
  version: string;
};

/** GET /v1/salesReports. Source: "Download Sales and Trends Reports". */
export const readSalesReport = <T>(
  client: AppStoreConnectClient,
  request: SalesReportRequest,
  consume: ReadResponse<T>,
): Promise<T> =>
  readReportFile(
    client,
    {
      path: '/v1/salesReports',
      query: {
        'filter[frequency]': request.frequency,
        'filter[reportDate]': request.reportDate,
        'filter[reportSubType]': request.reportSubType,
        'filter[reportType]': request.reportType,
        'filter[vendorNumber]': request.vendorNumber,
        'filter[version]': request.version,
      },
    },
    consume,
  );
