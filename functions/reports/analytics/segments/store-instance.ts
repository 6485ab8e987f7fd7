import { join } from 'node:path';
import type { Log } from '../../../platform/logging/log.ts';
import type { RecordMetric } from '../../../platform/logging/metrics.ts';
import type { AnalyticsPartition } from '../../catalogue/series.ts';
import type { AddedColumns } from '../../columns/added-columns.ts';
import { noteNewColumns } from '../../columns/new-columns.ts';
import type { DownloadedFile } from '../../fetch/download-file.ts';
import type { Lake } from '../../fetch/lake.ts';
import { replaceTable } from '../../fetch/store-report.ts';
import type { Claim, ReportLedger } from '../../partition/ledger.ts';
import type { StoredReport } from '../../partition/settlement.ts';
import { analyticsColumns, analyticsType, columnsAreKnown } from '../names/analytics-catalogue.ts';
import { type AnalyticsName, analyticsTableName } from '../names/analytics-name.ts';
import { analyticsTableKey, combinedSha256, rawSegmentKey } from '../names/object-keys.ts';

/**
 * Stores an instance: each segment as a raw file, then all of them as one table file. Safe to repeat.
 *
 * @param files the segments, all of them checked
 * @throws TableError when they are no table (their raw bytes are stored then), JobError `OVERTAKEN`, and what S3
 *   throws
 */
export async function storeInstance(
  deps: {
    lake: Lake;
    ledger: Pick<ReportLedger, 'holds' | 'list'>;
    columns: Pick<AddedColumns, 'note'>;
    log: Log;
    metric: RecordMetric;
  },
  claim: Claim<AnalyticsPartition>,
  parts: AnalyticsName,
  files: readonly DownloadedFile[],
  directory: string,
): Promise<StoredReport> {
  const { partition } = claim;
  const rawKeys = files.map(({ sha256 }) => rawSegmentKey(partition, parts, sha256));
  for (const [index, file] of files.entries()) await deps.lake.putRaw(rawKeys[index] ?? '', file);
  const parquetPath = join(directory, 'data.parquet');
  // Loaded with the first file to convert, not on a cold start.
  const { convertParts } = await import('../../table/convert.ts');
  const { rows, unknownColumns } = await convertParts({
    parts: files.map(({ path, sha256 }) => ({ gzipPath: path, sha256 })),
    parquetPath,
    columns: analyticsColumns(parts.name),
    typeOf: analyticsType,
  });
  const { events, noted } = await noteNewColumns(deps, partition, {
    table: analyticsTableName(parts),
    columns: unknownColumns,
    isDocumented: columnsAreKnown(parts.name),
  });
  const sha256 = combinedSha256(files.map((file) => file.sha256));
  const tableKey = analyticsTableKey(partition, parts);
  await replaceTable(deps, claim, tableKey, { path: parquetPath, reportSha256: sha256 });
  return {
    kind: 'report',
    sha256,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    rows,
    rawKey: rawKeys[0] ?? '',
    rawKeys,
    tableKey,
    events,
    noted,
  };
}
