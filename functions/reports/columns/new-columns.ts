import { outgoingEvent } from '../../events/event-types.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { type AnyPartition, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem, PendingEvent } from '../partition/ledger-item.ts';
import type { Column } from '../table/column-type.ts';
import type { AddedColumns } from './added-columns.ts';

/** What a report that was stored says of its new columns: events to publish, and what the ledger notes. */
export type NewColumns = { events: PendingEvent[]; noted: Pick<LedgerItem, 'newColumns'> };

/**
 * Notes the columns of a file that the catalogue does not know, so that they are declared in Glue, and tells of them
 * once per series.
 *
 * @param columns in the order of the file
 * @param isDocumented whether the catalogue knows the report's columns; if not, all of them are new and nothing is told
 */
export async function noteNewColumns(
  deps: {
    ledger: Pick<ReportLedger, 'list'>;
    columns: Pick<AddedColumns, 'note'>;
    log: Log;
    metric: RecordMetric;
  },
  partition: AnyPartition,
  { table, columns, isDocumented }: { table: string; columns: readonly Column[]; isDocumented: boolean },
): Promise<NewColumns> {
  await deps.columns.note(table, columns);
  const headers = columns.map(({ header }) => header);
  if (!isDocumented || headers.length === 0) return { events: [], noted: { newColumns: undefined } };
  return { events: await columnsAdded(deps, partition, headers), noted: { newColumns: headers } };
}

/** The event `Report Columns Added`; none where another date of the series has told of the columns. */
async function columnsAdded(
  deps: { ledger: Pick<ReportLedger, 'list'>; log: Log; metric: RecordMetric },
  partition: AnyPartition,
  columns: readonly string[],
): Promise<PendingEvent[]> {
  const items = await deps.ledger.list(partition, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE);
  const knownNames = new Set(items.flatMap(({ newColumns = [] }) => newColumns));
  const added = columns.filter((column) => !knownNames.has(column));
  if (added.length === 0) return [];
  deps.log.warn('Apple sent columns that the catalogue does not know', { partition, columns: added });
  const { team, report } = partition;
  deps.metric(MetricName.reportColumnsAdded, added.length, { team, report });
  const detailType = 'Report Columns Added';
  // Two dates that are stored at once tell the same: consumers drop the repeat by its id.
  const id = sha256Hex([detailType, team, report, ...added].join('\n'));
  return [{ id, ...outgoingEvent(detailType, { id, ...partition, columns: added }) }];
}
