import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { conditionalUpdate } from '../../platform/aws/conditional-update.ts';
import { acquireLease, type Lease, releaseLease } from '../../platform/aws/lease.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import { type AnyPartition, type AnySeries, type Partition, seriesKey } from '../catalogue/series.ts';
import { type LedgerItem, ledgerItemSchema, PARTITION_STATES, type PendingEvent } from './ledger-item.ts';
import type { Settlement } from './settlement.ts';

/** A worker's right to settle a partition, and the item as it was when the right was won. */
export type Claim<Part extends AnyPartition = Partition> = {
  partition: Part;
  lease: Lease;
  item: LedgerItem;
};

export type ClaimResult<Part extends AnyPartition = Partition> =
  | { kind: 'claimed'; claim: Claim<Part> }
  /** Another worker has it, or it is not its time: the item as it is. */
  | { kind: 'notClaimable'; item: LedgerItem | undefined };

/** The record of every partition. One conditional write decides each transition. */
export type ReportLedger = {
  /**
   * The items of a series between two report dates, both included. `consistent`: as they are at this moment, at twice
   * the price; else what was written a moment ago may be missing.
   */
  list(series: AnySeries, from: string, to: string, options?: { consistent: boolean }): Promise<LedgerItem[]>;
  /** Writes a partition down as due, unless it is known already. */
  expect(partition: AnyPartition): Promise<void>;
  /**
   * Writes a partition down as due and on the queue, in one write. One that a worker has claimed meanwhile only
   * learns since when it is expected; one that is known otherwise stays as it is.
   */
  expectQueued(partition: AnyPartition): Promise<void>;
  /**
   * Lets a partition be claimed now: one that waits, and with `refetch` one that is settled. `false`: a worker has
   * it, or there is nothing to ask again.
   */
  makeClaimable(partition: AnyPartition, refetch: boolean): Promise<boolean>;
  /**
   * Notes once that a partition is overdue, with the event that tells it. `false`: told already, settled by now, or
   * a worker is at it.
   */
  markOverdue(item: LedgerItem, event: PendingEvent): Promise<boolean>;
  /** Notes that a partition was put on the queue. */
  markQueued(partition: AnyPartition): Promise<void>;
  /** Wins the right to fetch and settle, unless another worker has it or nothing is due. */
  claim<Part extends AnyPartition>(partition: Part): Promise<ClaimResult<Part>>;
  /** Whether the claim still stands: no other worker has won the partition since. */
  holds(claim: Claim<AnyPartition>): Promise<boolean>;
  /** Settles under the claim's fence. `false`: another worker has overtaken this one, nothing was written. */
  settle(claim: Claim<AnyPartition>, settlement: Settlement): Promise<boolean>;
  /** Takes events off the pending ones, once they are published. */
  markPublished(partition: AnyPartition, events: readonly PendingEvent[]): Promise<void>;
};

/** Longer than a fetch function may run, so that a lease only lapses when its worker is gone. */
export const LEASE_MILLIS = 6 * MINUTE_MILLIS;

/** What may be claimed, beside the lease: the same rule that the planner queues by. */
const CLAIMABLE = [
  'attribute_not_exists(#pk)',
  '#state IN (:due, :failed, :fetching)',
  '(#state = :waiting AND #nextAttemptAt <= :now)',
  '(#state IN (:stored, :empty, :expired, :notOffered) AND #recheckAt <= :now)',
].join(' OR ');

/** A ledger on the DynamoDB table `Reports` (pk = series, sk = report date). */
export function createReportLedger(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): ReportLedger {
  const { documents, table, clock } = options;

  return {
    list: async (series, from, to, { consistent } = { consistent: false }) => {
      const items: LedgerItem[] = [];
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: table,
          ConsistentRead: consistent,
          KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
          ExpressionAttributeValues: { ':pk': seriesKey(series), ':from': from, ':to': to },
        },
      );
      for await (const { Items = [] } of pages)
        items.push(...Items.map((item) => ledgerItemSchema.parse(item)));
      return items;
    },

    expect: async (partition) => {
      try {
        await documents.send(
          new PutCommand({
            TableName: table,
            Item: { ...itemKey(partition), state: 'due', expectedAt: clock.now() },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    expectQueued: async (partition) => {
      const now = clock.now();
      const { won, item } = await conditionalUpdate(documents, {
        table,
        key: itemKey(partition),
        set: { state: 'due', expectedAt: now, queuedAt: now },
        condition: 'attribute_not_exists(#pk)',
      });
      if (won || item === undefined || item['expectedAt'] !== undefined) return;
      await conditionalUpdate(documents, {
        table,
        key: itemKey(partition),
        set: { expectedAt: now },
        condition: 'attribute_exists(#pk) AND attribute_not_exists(#expectedAt)',
      });
    },

    makeClaimable: async (partition, refetch) => {
      const now = clock.now();
      const open = '#state IN (:due, :failed, :waiting)';
      const settled = '#state IN (:stored, :empty, :expired, :notOffered)';
      const { won } = await conditionalUpdate(documents, {
        table,
        key: itemKey(partition),
        set: { nextAttemptAt: now, queuedAt: undefined, ...(refetch && { recheckAt: now }) },
        condition: refetch ? `(${open} OR ${settled})` : open,
        values: statesIn(
          refetch
            ? ['due', 'failed', 'waiting', 'stored', 'empty', 'expired', 'notOffered']
            : ['due', 'failed', 'waiting'],
        ),
      });
      return won;
    },

    markOverdue: async ({ pk, sk, state, fence, owed: events }, event) => {
      const now = clock.now();
      const { won } = await conditionalUpdate(documents, {
        table,
        key: { pk, sk },
        set: { overdueToldAt: now, owed: [...events, event], owedMark: event.id },
        // A worker that was only held up must not settle with the events that it read before this one.
        ...(state === 'fetching' && { add: { fence: 1 } }),
        // The fence tells that nobody has claimed it since it was read, so no pending event is lost.
        condition:
          'attribute_not_exists(#overdueToldAt) AND (#state IN (:due, :failed, :waiting) OR (#state = :fetching AND #leaseUntil <= :now)) AND (attribute_not_exists(#fence) OR #fence = :fence)',
        values: { fence, now, ...statesIn(['due', 'failed', 'waiting', 'fetching']) },
      });
      return won;
    },

    markQueued: async (partition) => {
      const now = clock.now();
      const { condition, values } = acquireLease(now, LEASE_MILLIS);
      await conditionalUpdate(documents, {
        table,
        key: itemKey(partition),
        set: { queuedAt: now },
        // Not once a worker has been at it: the mark would outlive the message and hold up the next one.
        condition: `attribute_exists(#pk) AND ${condition} AND (${CLAIMABLE})`,
        values: { ...values, ...claimableValues(now) },
      });
    },

    claim: async (partition) => {
      const now = clock.now();
      const lease = acquireLease(now, LEASE_MILLIS);
      const result = await conditionalUpdate(documents, {
        table,
        key: itemKey(partition),
        set: { ...lease.set, state: 'fetching', queuedAt: undefined },
        add: { ...lease.add, claims: 1 },
        condition: `${lease.condition} AND (${CLAIMABLE})`,
        values: { ...lease.values, ...claimableValues(now) },
      });
      const item = result.item === undefined ? undefined : ledgerItemSchema.parse(result.item);
      if (!result.won || item === undefined) return { kind: 'notClaimable', item };
      return {
        kind: 'claimed',
        claim: { partition, item, lease: { fence: item.fence, until: now + LEASE_MILLIS } },
      };
    },

    holds: async ({ partition, lease }) => {
      const read = new GetCommand({ TableName: table, Key: itemKey(partition), ConsistentRead: true });
      const { Item } = await documents.send(read);
      return ledgerItemSchema.safeParse(Item).data?.fence === lease.fence;
    },

    settle: async ({ partition, lease }, settlement) => {
      const ending = releaseLease(lease);
      const { won } = await conditionalUpdate(documents, {
        table,
        key: itemKey(partition),
        set: { ...settlement, claims: undefined, owedMark: settlement.owed.at(-1)?.id, ...ending.set },
        condition: ending.condition,
        values: ending.values,
      });
      return won;
    },

    markPublished: async (partition, owed) => {
      // Only if they are still exactly these: one that has come meanwhile is sent by the next planner run, and
      // so are these once more, which consumers drop by their ids.
      await conditionalUpdate(documents, {
        table,
        key: itemKey(partition),
        set: { owed: [], owedMark: undefined },
        condition: '#owedMark = :mark',
        values: { mark: owed.at(-1)?.id },
      });
    },
  };
}

const itemKey = (partition: AnyPartition) => ({ pk: seriesKey(partition), sk: partition.reportDate });

const claimableValues = (now: EpochMillis) => ({ now, ...statesIn(PARTITION_STATES) });

/** States as the values of a condition: `:due` stands for `due`. */
const statesIn = (states: readonly string[]): Record<string, string> =>
  Object.fromEntries(states.map((state) => [state, state]));
