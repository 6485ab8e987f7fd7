import { join } from 'node:path';
import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { type Partition, wrongPeriodKey } from '../catalogue/series.ts';
import type { AddedColumns } from '../columns/added-columns.ts';
import {
  type FetchPartitionDependencies,
  type FetchResult,
  fetchPartition,
} from '../partition/fetch-partition.ts';
import type { Claim, ReportLedger } from '../partition/ledger.ts';
import { classify, type Noted, type Refusal } from '../partition/outcome.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import type { FetchOutcome } from '../partition/settlement.ts';
import { liftRefusal } from '../vendor/lift-refusal.ts';
import { inVersion, type ReportVersions, versionPartition } from '../vendor/report-versions.ts';
import { behind, judgeVendor, vendorRefusalOf } from '../vendor/vendor-check.ts';
import { refusalOf, stands, type VendorRefusals } from '../vendor/vendor-refusals.ts';
import { inspectReport } from './inspect-report.ts';
import { judgeRefusal } from './judge-refusal.ts';
import type { Lake } from './lake.ts';
import { otherPeriod } from './period-check.ts';
import { readReport, versionOf } from './read-report.ts';
import { type DownloadedReport, downloadReport } from './report-download.ts';
import { type ConvertReport, storeReport } from './store-report.ts';

export type FetchReportDependencies = FetchPartitionDependencies & {
  ledger: Pick<ReportLedger, 'holds' | 'list' | 'makeClaimable'>;
  lake: Lake;
  columns: Pick<AddedColumns, 'note'>;
  client: AppStoreConnectClient;
  versions: ReportVersions;
  vendors: VendorRefusals;
  /** Makes the table of a downloaded report. */
  convert: ConvertReport;
  restatementDays: readonly number[];
  /** Whether the daily sales of the partition's vendor are fetched as well. */
  salesSubscribed: boolean;
};

/**
 * Fetches one partition of a sales or finance report: GET → compare with what was asked → store → settle.
 *
 * @param configured what the catalogue and the settings say of the report
 */
export async function fetchReport(
  deps: FetchReportDependencies,
  partition: Partition,
  configured: CatalogueEntry,
): Promise<FetchResult> {
  const entry = await inVersion(deps.versions, partition, configured);
  /** The version that Apple was asked for last. */
  const asking = { version: versionOf(entry.source) };
  const refusals = await deps.vendors.list(partition);
  const waitsBehind = refusalOf(refusals, partition.report);
  /** Apple has answered for this vendor and report, whatever it said: nothing waits behind the refusal any more. */
  const answered = async (): Promise<void> => {
    if (waitsBehind !== undefined) await liftRefusal(deps, partition, waitsBehind);
  };
  return fetchPartition(deps, partition, {
    rules: { entry, restatementDays: deps.restatementDays },
    attempt: async (claim, directory) => {
      if (waitsBehind !== undefined && stands(waitsBehind, deps.clock.now()))
        return behind(waitsBehind, partition);
      const outcome = await download(deps, claim, entry, directory, asking);
      await answered();
      return outcome;
    },
    classify: async (error) => {
      const refusal = await judgeVendor(deps, partition, classify(error));
      const now = deps.clock.now();
      if (classify(error).kind === 'invalid-vendor')
        await deps.vendors.note(partition, vendorRefusalOf(partition, refusal, now));
      else if (refusal.kind === 'no-sales' || refusal.kind === 'not-ready') await answered();
      const judged = await judgeRefusal(deps, partition, entry, refusal, now);
      return { ...judged, noted: notedOf(judged, asking.version, now) };
    },
  });
}

/** Downloads, compares and stores. */
async function download(
  deps: FetchReportDependencies,
  claim: Claim,
  entry: CatalogueEntry,
  directory: string,
  asking: { version: string | undefined },
): Promise<FetchOutcome> {
  const { partition } = claim;
  const noteVersion = async (change: { asked: string; version: string }): Promise<void> => {
    asking.version = change.version;
    await noteChange(deps, partition, change);
  };
  const consume = downloadReport(join(directory, 'report.gz'));
  const file = await readReport(deps.client, partition, entry, consume, noteVersion);
  const asked = asking.version;
  const version = file.version ?? asked;
  if (asked !== undefined && version !== undefined && version !== asked)
    await noteVersion({ asked, version });
  const inspection = await inspectReport(file.path);
  const noted: Noted = {
    ...idsOf(file),
    ...(version !== undefined && { version }),
    ...(inspection.renewals !== undefined && { renewals: inspection.renewals }),
    ...(inspection.proceeds !== undefined && { proceeds: inspection.proceeds }),
  };
  const { fileName } = file;
  const other = otherPeriod(entry, partition, { inspection, ...(fileName !== undefined && { fileName }) });
  if (other !== undefined) return { ...(await keepApart(deps.lake, partition, file, other)), noted };
  const stored = await storeReport(deps, claim, entry, file, directory);
  return { ...stored, noted: { ...noted, ...stored.noted } };
}

/** Another period's file is kept, apart from what was asked for, so that a person can look at it. */
async function keepApart(
  lake: Pick<Lake, 'putRaw'>,
  partition: Partition,
  file: DownloadedReport,
  other: string,
): Promise<Refusal> {
  const key = wrongPeriodKey(partition, file.sha256);
  await lake.putRaw(key, file);
  return {
    kind: 'contradicted',
    reason: `Apple sent another report than the one of ${partition.reportDate}: ${other}. It is kept at ${key} and asked for again.`,
  };
}

/** What is noted beside a refusal: when a report was not ready, and which version was empty. */
const notedOf = ({ kind }: Refusal, asked: string | undefined, now: number): Noted => ({
  ...(kind === 'not-ready' && { notReadyAt: now }),
  ...(kind === 'no-sales' && asked !== undefined && { version: asked }),
});

const idsOf = ({ requestId }: DownloadedReport): Noted => (requestId === undefined ? {} : { requestId });

async function noteChange(
  deps: Pick<FetchReportDependencies, 'ledger' | 'sendEvents' | 'versions' | 'log' | 'metric'>,
  { team, report }: Partition,
  change: { asked: string; version: string },
): Promise<void> {
  const pending = await deps.versions.noteChange(team, report, change);
  if (pending.length === 0) return;
  deps.log.warn('Apple takes or serves another version of this report than the one asked for', {
    team,
    report,
    ...change,
  });
  deps.metric(MetricName.reportVersionChanged, 1, { team, report });
  await publishPendingEvents(deps, versionPartition(team, report), pending);
}
