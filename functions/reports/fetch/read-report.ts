import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import type { ReadResponse } from '../../app-store-connect/client/client-options.ts';
import { readFinanceReport } from '../../app-store-connect/resources/finance-reports.ts';
import { readSalesReport } from '../../app-store-connect/resources/sales-reports.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';

/** Asks Apple for a partition's report, at the endpoint that has it. Throws what the client throws. */
export function readReport<T>(
  client: AppStoreConnectClient,
  { vendor, reportDate }: Partition,
  { source }: CatalogueEntry,
  consume: ReadResponse<T>,
): Promise<T> {
  const partition = { vendorNumber: vendor, reportDate };
  return source.api === 'salesReports'
    ? readSalesReport(client, { ...source, ...partition }, consume)
    : readFinanceReport(client, { ...source, ...partition }, consume);
}
