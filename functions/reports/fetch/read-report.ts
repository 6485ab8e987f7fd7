import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import type { ReadResponse } from '../../app-store-connect/client/client-options.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { readFinanceReport } from '../../app-store-connect/resources/finance-reports.ts';
import { readSalesReport } from '../../app-store-connect/resources/sales-reports.ts';
import type { CatalogueEntry, ReportSource } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';

/** Source: live answers, such as github.com/rorkai/App-Store-Connect-CLI/issues/1841. */
const LATEST_VERSION = /\blatest version for this report is (\d+_\d+)/i;

/**
 * Asks Apple for a partition's report, at the endpoint that has it. Where Apple does not take the version and names
 * the latest one, it is asked once more for that. Throws what the client throws.
 *
 * @param onVersion called with the version that Apple names, before it is asked for
 */
export async function readReport<T>(
  client: AppStoreConnectClient,
  { vendor, reportDate }: Partition,
  { source }: CatalogueEntry,
  consume: ReadResponse<T>,
  onVersion: (change: { asked: string; version: string }) => Promise<void>,
): Promise<T> {
  const partition = { vendorNumber: vendor, reportDate };
  if (source.api === 'financeReports') return readFinanceReport(client, { ...source, ...partition }, consume);
  try {
    return await readSalesReport(client, { ...source, ...partition }, consume);
  } catch (error) {
    const version = latestVersionIn(error);
    if (version === undefined || version === source.version) throw error;
    await onVersion({ asked: source.version, version });
    return readSalesReport(client, { ...source, version, ...partition }, consume);
  }
}

/** The version that Apple names in its refusal of another one. */
const latestVersionIn = (error: unknown): string | undefined =>
  error instanceof AppStoreConnectError && error.code === 'INVALID_REQUEST'
    ? LATEST_VERSION.exec(error.detail ?? '')?.[1]
    : undefined;

/** The version that a source is asked for; finance reports have none. */
export const versionOf = (source: ReportSource): string | undefined =>
  source.api === 'salesReports' ? source.version : undefined;
