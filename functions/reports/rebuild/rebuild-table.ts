import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { AddedColumns } from '../columns/added-columns.ts';
import type { Lake, TableState } from '../fetch/lake.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import type { ReportPart } from '../table/convert.ts';
import type { RebuildMessage } from './rebuild-message.ts';
import { type RebuildableSeries, rebuildableSeries } from './rebuildable.ts';

export type RebuildDependencies = {
  settings: Pick<Settings, 'teams' | 'reportVersions'>;
  ledger: Pick<ReportLedger, 'list'>;
  lake: Pick<Lake, 'getRaw' | 'tableState' | 'replaceTable'>;
  columns: Pick<AddedColumns, 'note'>;
  log: Log;
  metric: RecordMetric;
};

/** A fetcher may replace the table meanwhile; more often is another fault. */
const ATTEMPTS = 3;

/**
 * Writes a date's table anew from the raw files that the ledger names. Nothing is asked of Apple, and the ledger is
 * not changed.
 *
 * No claim is needed: the table is only replaced if it is as it was when it was looked at, and only where it shows the
 * version that the ledger has. A fetcher that is about to settle another version has written its table before.
 *
 * @throws JobError `MESSAGE_INVALID` for what the settings do not have, `TABLE_CONTENDED`; TableError when the raw
 *   file is no table; what S3 and DynamoDB throw
 */
export async function rebuildTable(deps: RebuildDependencies, message: RebuildMessage): Promise<void> {
  const rebuildable = rebuildableSeries(deps.settings).find(({ series }) => isOf(series, message));
  if (rebuildable === undefined)
    throw new JobError({
      code: 'MESSAGE_INVALID',
      message: `The message asks for a table of ${message.report}, which the settings do not have`,
      retryable: false,
    });
  const tableKey = rebuildable.tableKeyOf(message.reportDate);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const state = await deps.lake.tableState(tableKey);
    const [item] = await deps.ledger.list(rebuildable.series, message.reportDate, message.reportDate);
    if (item?.sha256 === undefined || item.rawKey === undefined) {
      deps.log.warn('There is no raw file to make a table of', { message, state: item?.state });
      return;
    }
    if (state.etag !== undefined && state.reportSha256 !== item.sha256) continue;
    if (await convertAndReplace(deps, rebuildable, item, { key: tableKey, state })) return;
  }
  throw new JobError({
    code: 'TABLE_CONTENDED',
    message: `${tableKey} is being replaced by another version; it is made anew later`,
    retryable: true,
  });
}

async function convertAndReplace(
  { lake, columns, log, metric }: RebuildDependencies,
  { series, table, conversion, toTabSeparated }: RebuildableSeries,
  { sk, sha256 = '', rawKey = '', rawKeys = [rawKey] }: LedgerItem,
  { key, state }: { key: string; state: TableState },
): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'rebuild-'));
  try {
    const parts: ReportPart[] = [];
    for (const [index, raw] of rawKeys.entries()) {
      const file = await lake.getRaw(raw, join(directory, `raw-${index}.gz`));
      const gzipPath = toTabSeparated === undefined ? file.path : `${file.path}.tsv.gz`;
      await toTabSeparated?.(file.path, gzipPath);
      parts.push({ gzipPath, sha256: file.sha256 });
    }
    const parquetPath = join(directory, 'data.parquet');
    // Loaded with the first table, not on a cold start.
    const { convertParts } = await import('../table/convert.ts');
    const { rows, unknownColumns } = await convertParts({ ...conversion, parts, parquetPath });
    await columns.note(table, unknownColumns);
    if (!(await lake.replaceTable(key, { path: parquetPath, reportSha256: sha256 }, state))) return false;
    log.info('Made a table anew of its raw files', { series, reportDate: sk, rows });
    metric(MetricName.tableRebuilt, 1, { team: series.team, report: series.report });
    return true;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const isOf = (series: RebuildableSeries['series'], { team, vendor, app, report }: RebuildMessage): boolean =>
  series.team === team &&
  series.report === report &&
  ('app' in series ? series.app === app : series.vendor === vendor);
