import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { putAtRevision } from '../../platform/aws/put-at-revision.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import {
  type ChangeRecord,
  changeRecordSchema,
  isOver,
  owesWayBack,
  type ProductRecord,
  productRecordSchema,
} from './change-record.ts';
import { applyTransition, type Transition, TransitionConflictError } from './change-transitions.ts';
import { TEAM_INDEX } from './indexes.ts';
import { openItems } from './recent-changes.ts';

export type Claim = { kind: 'claimed' } | { kind: 'exists'; record: ChangeRecord };

/** The record of every change and of who may write a product's prices. Each write names the one it follows. */
export type PriceLedger = {
  change(team: string, changeId: string): Promise<ChangeRecord | undefined>;
  /** Claims an idempotency key. The loser gets the record that has it. */
  claim(record: ChangeRecord): Promise<Claim>;
  /** Makes a transition. @throws TransitionConflictError when another worker has moved the record since it was read */
  transition(record: ChangeRecord, move: Transition): Promise<ChangeRecord>;
  product(key: string): Promise<ProductRecord | undefined>;
  /** Writes a product's record after the one it follows. `false`: another worker was faster. */
  writeProduct(key: string, before: ProductRecord | undefined, after: ProductRecord): Promise<boolean>;
  /** The next place among a product's changes. */
  nextSeq(productKey: string): Promise<number>;
  /** Counts a change towards its team's day, once. `false`: the day is full. */
  countToday(team: string, day: string, changeId: string, maximum: number): Promise<boolean>;
  /** Counts several changes towards their team's day, all or none, each once. `false`: there is no room for all. */
  countAllToday(team: string, day: string, changeIds: readonly string[], maximum: number): Promise<boolean>;
  /** A team's changes that moved at or after a moment. An index: it lags behind the table by a moment. */
  changesSince(team: string, since: EpochMillis): AsyncIterable<ChangeRecord>;
  /** Changes that are not over, owe an event or a way back. */
  open(): AsyncIterable<ChangeRecord>;
};

const changeKey = (team: string, changeId: string) => ({ pk: `change#${team}#${changeId}` });

/** A ledger on the DynamoDB table `Prices`. */
export function createPriceLedger(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): PriceLedger {
  const { documents, table, clock } = options;

  const read = async (key: { pk: string }) => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return Item;
  };
  const put = (key: { pk: string }, item: Record<string, unknown>, rev: number | undefined) =>
    putAtRevision(documents, table, { ...key, ...item }, rev);
  const change: PriceLedger['change'] = async (team, changeId) => {
    const item = await read(changeKey(team, changeId));
    return item === undefined ? undefined : changeRecordSchema.parse(item);
  };

  return {
    change,
    claim: async (record) => {
      if (await put(changeKey(record.team, record.changeId), itemOf(record), undefined))
        return { kind: 'claimed' };
      const present = await change(record.team, record.changeId);
      if (present === undefined) throw new TransitionConflictError(record, 'was claimed and is gone');
      return { kind: 'exists', record: present };
    },
    transition: async (record, move) => {
      const after = applyTransition(record, move, clock.now());
      if (!(await put(changeKey(record.team, record.changeId), itemOf(after), record.rev))) {
        throw new TransitionConflictError(
          record,
          `has moved since it was read; ${move.kind} was not written`,
        );
      }
      return after;
    },
    product: async (key) => {
      const item = await read({ pk: `product#${key}` });
      return item === undefined ? undefined : productRecordSchema.parse(item);
    },
    writeProduct: (key, before, after) => put({ pk: `product#${key}` }, after, before?.rev),
    nextSeq: async (key) => {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName: table,
          Key: { pk: `sequence#${key}` },
          UpdateExpression: 'ADD seq :one',
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return Number(Attributes?.['seq']);
    },
    ...dayCount(documents, table),
    changesSince: async function* (team, since) {
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: table,
          IndexName: TEAM_INDEX,
          KeyConditionExpression: 'team = :team AND movedAt >= :since',
          ExpressionAttributeValues: { ':team': team, ':since': since },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) yield changeRecordSchema.parse(item);
      }
    },
    open: async function* () {
      for await (const item of openItems(documents, table, 'open')) yield changeRecordSchema.parse(item);
    },
  };
}

/** How many changes a team has begun on a day, by their names in one set. */
function dayCount(
  documents: DynamoDBDocumentClient,
  table: string,
): Pick<PriceLedger, 'countToday' | 'countAllToday'> {
  const keyOf = (team: string, day: string) => ({ pk: `day#${team}#${day}` });
  const addIfRoom = async (
    update: Pick<UpdateCommandInput, 'Key' | 'ConditionExpression' | 'ExpressionAttributeValues'>,
  ): Promise<boolean> => {
    try {
      await documents.send(
        new UpdateCommand({ TableName: table, UpdateExpression: 'ADD changes :added', ...update }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  return {
    countToday: (team, day, changeId, maximum) =>
      addIfRoom({
        Key: keyOf(team, day),
        ConditionExpression:
          'attribute_not_exists(changes) OR contains(changes, :id) OR size(changes) < :maximum',
        ExpressionAttributeValues: { ':added': new Set([changeId]), ':id': changeId, ':maximum': maximum },
      }),
    countAllToday: async (team, day, changeIds, maximum) => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: keyOf(team, day), ConsistentRead: true }),
      );
      const counted: unknown = Item?.['changes'];
      const isCounted = (id: string): boolean => counted instanceof Set && counted.has(id);
      const missing = changeIds.filter((id) => !isCounted(id));
      if (missing.length === 0) return true;
      if (missing.length > maximum) return false;
      return addIfRoom({
        Key: keyOf(team, day),
        ConditionExpression: 'attribute_not_exists(changes) OR size(changes) <= :room',
        ExpressionAttributeValues: { ':added': new Set(missing), ':room': maximum - missing.length },
      });
    },
  };
}

/** The item of a record; what needs no more attention leaves the index. */
function itemOf(record: ChangeRecord): Record<string, unknown> {
  const open = !isOver(record) || record.owed.length > 0 || owesWayBack(record);
  return { ...record, ...(open && { openFor: 'open' }) };
}
