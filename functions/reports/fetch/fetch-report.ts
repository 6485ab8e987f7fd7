import { join } from 'node:path';
import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';
import {
  type FetchPartitionDependencies,
  type FetchResult,
  fetchPartition,
} from '../partition/fetch-partition.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import { classify } from '../partition/outcome.ts';
import type { Lake } from './lake.ts';
import { readReport } from './read-report.ts';
import { downloadReport } from './report-download.ts';
import { type ConvertReport, storeReport } from './store-report.ts';
import { judgeVendor } from './vendor-check.ts';

export type FetchReportDependencies = FetchPartitionDependencies & {
  ledger: Pick<ReportLedger, 'holds' | 'list'>;
  lake: Lake;
  client: AppStoreConnectClient;
  /** Makes the table of a downloaded report. */
  convert: ConvertReport;
  restatementDays: readonly number[];
  /** Whether the daily sales of the partition's vendor are fetched as well. */
  salesSubscribed: boolean;
};

/** Fetches one partition of a sales or finance report: GET → store → settle. */
export const fetchReport = (
  deps: FetchReportDependencies,
  partition: Partition,
  entry: CatalogueEntry,
): Promise<FetchResult> =>
  fetchPartition(deps, partition, {
    rules: { entry, restatementDays: deps.restatementDays },
    attempt: async (claim, directory) => {
      const file = await readReport(
        deps.client,
        partition,
        entry,
        downloadReport(join(directory, 'report.gz')),
      );
      return storeReport(deps, claim, entry, file, directory);
    },
    classify: (error) => judgeVendor(deps, partition, classify(error)),
  });
