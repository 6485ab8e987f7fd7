import type { AppStoreConnectClient, ConsumeAnswer } from './client.ts';
import { AppStoreConnectError } from './errors.ts';

/** One file of Sales and Trends. Dates in the form of the frequency: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
export type SalesReportRequest = {
  vendorNumber: string;
  reportType: string;
  reportSubType: string;
  frequency: string;
  reportDate: string;
  version: string;
};

/**
 * GET /v1/salesReports. A success is a gzip **file** without Content-Encoding, so its bytes arrive as Apple
 * keeps them.
 *
 * One source reports that this Accept is needed, another that it drew 406: on 406 it is asked once more
 * without naming types.
 * Source: "Download Sales and Trends Reports".
 */
export async function readSalesReport<T>(
  client: AppStoreConnectClient,
  request: SalesReportRequest,
  consume: ConsumeAnswer<T>,
): Promise<T> {
  const read = {
    path: '/v1/salesReports',
    query: {
      'filter[frequency]': request.frequency,
      'filter[reportDate]': request.reportDate,
      'filter[reportSubType]': request.reportSubType,
      'filter[reportType]': request.reportType,
      'filter[vendorNumber]': request.vendorNumber,
      'filter[version]': request.version,
    },
  };
  try {
    return await client.read(read, consume, { accept: 'application/a-gzip, application/json' });
  } catch (error) {
    if (!(error instanceof AppStoreConnectError && error.code === 'NOT_ACCEPTABLE')) throw error;
    return client.read(read, consume, { accept: '*/*' });
  }
}
