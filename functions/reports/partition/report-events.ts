import { sha256Hex } from '../../platform/util/hash.ts';
import { type AnyPartition, seriesKey } from '../catalogue/series.ts';
import type { Remark } from '../table/remark.ts';
import type { PendingEvent } from './ledger-item.ts';

type ReportFacts = {
  sha256: string;
  rows: number;
  rawKey: string;
  rawKeys?: string[];
  tableKey: string;
  remarks?: readonly Remark[];
};

const fileFacts = ({ sha256, rows, rawKey, rawKeys, tableKey, remarks }: ReportFacts) => ({
  sha256,
  rows,
  rawKey,
  // Only reports that come in several files name them all.
  ...(rawKeys !== undefined && { rawKeys }),
  tableKey,
  ...(remarks !== undefined && { remarks: [...remarks] }),
});

const pendingEvent = (
  detailType: PendingEvent['detailType'],
  partition: AnyPartition,
  content: string,
  facts: Record<string, unknown>,
): PendingEvent => {
  const id = sha256Hex(`${detailType}\n${seriesKey(partition)}\n${partition.reportDate}\n${content}`);
  return { id, detailType, detail: { id, ...partition, ...facts } };
};

/** `Report Stored`: a partition's first report lies in the lake. */
export const storedEvent = (partition: AnyPartition, facts: ReportFacts): PendingEvent =>
  pendingEvent('Report Stored', partition, facts.sha256, fileFacts(facts));

/** `Report Restated`: Apple has changed a report; the table shows the new one, both raw files stay. */
export const restatedEvent = (
  partition: AnyPartition,
  facts: ReportFacts,
  previousSha256: string,
  restatement: number,
): PendingEvent => {
  // A report may change back and forth, so the event's identity counts its restatements.
  return pendingEvent('Report Restated', partition, `${restatement} ${facts.sha256}`, {
    ...fileFacts(facts),
    previousSha256,
  });
};

/** `Report Empty`: Apple says that nothing was sold, and that is final. */
export const emptyEvent = (partition: AnyPartition, doubt?: string): PendingEvent =>
  pendingEvent('Report Empty', partition, '', { rows: 0, ...(doubt !== undefined && { doubt }) });

/** `Report Overdue`: a report is neither stored nor known to be empty though it should be by now. */
export const overdueEvent = (
  partition: AnyPartition,
  toldAt: number,
  state: string,
  lastAnswer: string | undefined,
): PendingEvent => pendingEvent('Report Overdue', partition, String(toldAt), { state, lastAnswer });
