import { outgoingEvent } from '../../events/contract.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { type AnyPartition, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE } from '../catalogue/series.ts';
import type { ReportLedger } from './ledger.ts';
import type { PendingEvent } from './ledger-item.ts';

/**
 * Tells of columns that the catalogue does not know, once per series: the file's Parquet has them, the Glue table
 * does not.
 *
 * @param columns Apple's headers, in the order of the file
 * @returns the event `Report Columns Added` to settle with; none where another date has told of them
 */
export async function columnsAdded(
  deps: { ledger: Pick<ReportLedger, 'list'>; log: Log; metric: RecordMetric },
  partition: AnyPartition,
  columns: readonly string[],
): Promise<PendingEvent[]> {
  if (columns.length === 0) return [];
  const items = await deps.ledger.list(partition, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE);
  const told = new Set(items.flatMap(({ newColumns = [] }) => newColumns));
  const added = columns.filter((column) => !told.has(column));
  if (added.length === 0) return [];
  deps.log.warn('Apple sent columns that the catalogue does not know', { partition, columns: added });
  const { team, report } = partition;
  deps.metric(MetricName.reportColumnsAdded, added.length, { team, report });
  const detailType = 'Report Columns Added';
  // Two dates that are stored at once tell the same: consumers drop the repeat by its id.
  const id = sha256Hex([detailType, team, report, ...added].join('\n'));
  return [{ id, ...outgoingEvent(detailType, { id, ...partition, columns: added }) }];
}
