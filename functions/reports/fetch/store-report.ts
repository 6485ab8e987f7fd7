import { join } from 'node:path';
import { JobError } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { RecordMetric } from '../../platform/logging/metrics.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { type AnyPartition, rawObjectKey, tableName, tableObjectKey } from '../catalogue/series.ts';
import type { AddedColumns } from '../columns/added-columns.ts';
import { noteNewColumns } from '../columns/new-columns.ts';
import type { Claim, ReportLedger } from '../partition/ledger.ts';
import type { StoredReport } from '../partition/settlement.ts';
import type { convertReport } from '../table/convert.ts';
import type { DownloadedFile } from './download-file.ts';
import type { Lake } from './lake.ts';

export type ConvertReport = typeof convertReport;

/** Somebody else may replace the table between our look and our write once; more often is another fault. */
const REPLACE_ATTEMPTS = 3;

/**
 * Stores a downloaded report: the raw file first, so that nothing Apple sent is lost whatever follows, then
 * the table. Both are safe to repeat.
 *
 * @throws TableError when the file is no table (its raw bytes are stored then), JobError `OVERTAKEN`, and what
 *   S3 throws
 */
export async function storeReport(
  deps: {
    lake: Lake;
    ledger: Pick<ReportLedger, 'holds' | 'list'>;
    columns: Pick<AddedColumns, 'note'>;
    log: Log;
    metric: RecordMetric;
    convert: ConvertReport;
  },
  claim: Claim,
  entry: CatalogueEntry,
  file: DownloadedFile,
  directory: string,
): Promise<StoredReport> {
  const { partition, item } = claim;
  const rawKey = rawObjectKey(partition, file.sha256);
  const tableKey = tableObjectKey(partition);
  const stored = { kind: 'report', sha256: file.sha256, bytes: file.bytes, rawKey, tableKey } as const;
  if (item.sha256 === file.sha256 && item.rows !== undefined) {
    // Asked again and unchanged: there is nothing to write, provided the table really shows it.
    const { reportSha256 } = await deps.lake.tableState(tableKey);
    if (reportSha256 === file.sha256) return { ...stored, rows: item.rows };
  }
  // mutation: write-raw
  await deps.lake.putRaw(rawKey, file);
  const parquetPath = join(directory, 'data.parquet');
  const { rows, unknownColumns, remarks } = await deps.convert({
    gzipPath: file.path,
    parquetPath,
    columns: entry.columns,
    layout: entry.layout,
    sha256: file.sha256,
  });
  const { events, noted } = await noteNewColumns(deps, partition, {
    table: tableName(partition.report),
    columns: unknownColumns,
    isDocumented: entry.columns.length > 0,
  });
  // mutation: write-table
  await replaceTable(deps, claim, tableKey, { path: parquetPath, reportSha256: file.sha256 });
  return { ...stored, rows, events, noted, remarks };
}

/**
 * Replaces the table file: look at it, make sure that the claim still stands, write only if it is as it was.
 *
 * In this order a slow worker that was overtaken cannot put its older report over a newer one: whoever
 * overtook it wrote either before the look, and then the claim no longer stands, or after it, and then the
 * file is no longer as it was.
 */
export async function replaceTable(
  deps: { lake: Lake; ledger: Pick<ReportLedger, 'holds'> },
  claim: Claim<AnyPartition>,
  key: string,
  table: { path: string; reportSha256: string },
): Promise<void> {
  for (let attempt = 1; attempt <= REPLACE_ATTEMPTS; attempt += 1) {
    const state = await deps.lake.tableState(key);
    // mutation: claim-stands-before-table
    if (!(await deps.ledger.holds(claim))) {
      throw new JobError({
        code: 'OVERTAKEN',
        message: `Another worker has taken over what goes to ${key}; this one writes nothing`,
        retryable: true,
      });
    }
    if (await deps.lake.replaceTable(key, table, state)) return;
  }
  throw new JobError({
    code: 'TABLE_CONTENDED',
    message: `Other workers keep replacing ${key}; the partition is tried again later`,
    retryable: true,
  });
}
