import type { EventBridgeEvent } from 'aws-lambda';
import type { EventDetail } from '../../../functions/events/contract.ts';

/** The fields of `Report Stored`, which `Report Restated` has, too: docs/events.md. */
type ReportDetail = EventDetail<'Report Stored'>;

/** What remembers the events that were worked on: a table with a conditional write, for example. */
export type Seen = { claim(id: string): Promise<boolean> };

/**
 * Loads a partition into a warehouse. Events come at least once and not always in order, so the consumer drops
 * repeats by their id, and replaces the whole partition rather than adding to it: a restated report is the
 * partition anew.
 */
export const createConsumer =
  (deps: { seen: Seen; replacePartition(tableKey: string, partition: ReportDetail): Promise<void> }) =>
  async ({ detail }: EventBridgeEvent<'Report Stored' | 'Report Restated', ReportDetail>): Promise<void> => {
    if (!(await deps.seen.claim(detail.id))) return;
    await deps.replacePartition(detail.tableKey, detail);
  };
