import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TableShape } from '../../local/aws/services/tables.ts';
import { condition, type Item, updated } from './expressions.ts';

/** Told of each item that was written. Its exception becomes the writer's. */
export type SawWrite = (table: string, before: Item | undefined, after: Item) => void;

/** DynamoDB's tables without DynamoDB: what the ledgers rely on, call by call, at once. */
export type MemoryTables = {
  documents: DynamoDBDocumentClient;
  /** Carries out a command of a document client. */
  send(command: unknown): Promise<unknown>;
  items(table: string): Iterable<Item>;
};

/** Its network is never used: only a client of this class is paged through. */
const unused = new DynamoDBClient({
  region: 'us-east-1',
  credentials: { accessKeyId: 'memory', secretAccessKey: 'memory' },
});

export function createMemoryTables(shapes: readonly TableShape[], onWrite?: SawWrite): MemoryTables {
  const tables = new Map(shapes.map((shape) => [shape.name, new MemoryTable(shape, onWrite)]));
  const find = (name = ''): MemoryTable => {
    const table = tables.get(name);
    if (table === undefined) throw new RangeError(`There is no table ${name}`);
    return table;
  };
  const send = async (command: unknown): Promise<unknown> => {
    if (command instanceof UpdateCommand) return find(command.input.TableName).update(command.input);
    if (command instanceof PutCommand) return find(command.input.TableName).put(command.input);
    if (command instanceof GetCommand) return { Item: find(command.input.TableName).get(command.input.Key) };
    if (command instanceof QueryCommand) return find(command.input.TableName).query(command.input);
    if (command instanceof BatchGetCommand) {
      const asked = Object.entries(command.input.RequestItems ?? {});
      const Responses = Object.fromEntries(
        asked.map(([name, { Keys = [] }]) => [name, Keys.flatMap((key) => find(name).get(key) ?? [])]),
      );
      return { Responses };
    }
    throw new RangeError(`No such command is understood: ${String(command)}`);
  };
  return {
    documents: documentsThat(send),
    send,
    items: (table) => find(table).items,
  };
}

/** A client whose calls go to a function instead of to the network. */
export const documentsThat = (send: (command: unknown) => Promise<unknown>): DynamoDBDocumentClient =>
  Object.assign(DynamoDBDocumentClient.from(unused), { send });

type Expression = {
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
};

const placeholdersOf = ({ ExpressionAttributeNames, ExpressionAttributeValues }: Expression) => ({
  names: ExpressionAttributeNames,
  values: ExpressionAttributeValues,
});

class MemoryTable {
  readonly #shape: TableShape;
  readonly #onWrite: SawWrite | undefined;
  /** By partition key, then by sort key; without one, by the empty text. */
  readonly #partitions = new Map<string, Map<string, Item>>();

  constructor(shape: TableShape, onWrite: SawWrite | undefined) {
    this.#shape = shape;
    this.#onWrite = onWrite;
  }

  get items(): Item[] {
    return [...this.#partitions.values()].flatMap((items) => [...items.values()]);
  }

  get(key: Item = {}): Item | undefined {
    const found = this.#find(key);
    return found && copyOf(found);
  }

  put(input: Expression & { Item: Item | undefined }): object {
    const item = input.Item ?? {};
    this.#check(input, this.#find(item));
    this.#write(copyOf(item));
    return {};
  }

  update(
    input: Expression & {
      Key: Item | undefined;
      UpdateExpression?: string | undefined;
      ReturnValues?: string | undefined;
      ReturnValuesOnConditionCheckFailure?: string | undefined;
    },
  ): object {
    const { Key = {}, UpdateExpression = '', ReturnValues } = input;
    const before = this.#find(Key);
    this.#check(input, before);
    const after = copyOf(updated(before ?? Key, UpdateExpression, placeholdersOf(input)));
    this.#write(after);
    return ReturnValues === undefined || ReturnValues === 'NONE' ? {} : { Attributes: copyOf(after) };
  }

  query(input: QueryCommandInput): object {
    const { KeyConditionExpression = '', IndexName, ScanIndexForward = true, Limit = Infinity } = input;
    const isAsked = condition(KeyConditionExpression);
    const placeholders = placeholdersOf(input);
    const index = this.#shape.indexes?.find(({ name }) => name === IndexName);
    if (IndexName !== undefined && index === undefined)
      throw new RangeError(`There is no index ${IndexName}`);
    const order = index?.number ?? 'sk';
    const items = this.#candidates(input, index)
      .filter((item) => isAsked(item, placeholders))
      .sort((one, other) => (isBefore(one[order], other[order]) ? -1 : 1));
    const Items = (ScanIndexForward ? items : items.reverse()).slice(0, Limit).map(copyOf);
    return { Items, Count: Items.length };
  }

  /** One partition where the query names it, as all that read the table itself do. */
  #candidates(
    { ExpressionAttributeValues = {} }: QueryCommandInput,
    index: { text: string; number: string } | undefined,
  ): Item[] {
    if (index !== undefined)
      return this.items.filter((item) => item[index.text] !== undefined && item[index.number] !== undefined);
    const partition: unknown = ExpressionAttributeValues[':pk'];
    return [...(this.#partitions.get(String(partition))?.values() ?? [])];
  }

  #find({ pk, sk = '' }: Item): Item | undefined {
    return this.#partitions.get(String(pk))?.get(String(sk));
  }

  #write(item: Item): void {
    const { pk, sk = '' } = item;
    const partition = this.#partitions.get(String(pk)) ?? new Map<string, Item>();
    this.#partitions.set(String(pk), partition);
    this.#onWrite?.(this.#shape.name, partition.get(String(sk)), item);
    partition.set(String(sk), item);
  }

  #check(
    input: Expression & { ReturnValuesOnConditionCheckFailure?: string | undefined },
    item?: Item,
  ): void {
    const { ConditionExpression, ReturnValuesOnConditionCheckFailure } = input;
    if (ConditionExpression === undefined) return;
    if (condition(ConditionExpression)(item ?? {}, placeholdersOf(input))) return;
    throw new ConditionalCheckFailedException({
      $metadata: {},
      message: 'The conditional request failed',
      ...(ReturnValuesOnConditionCheckFailure === 'ALL_OLD' &&
        item !== undefined && { Item: marshall(item) }),
    });
  }
}

const isBefore = (one: unknown, other: unknown): boolean =>
  typeof one === 'number' && typeof other === 'number' ? one < other : String(one) < String(other);

/** A copy, as a document client with `removeUndefinedValues` sends it. */
function copyOf(item: Item): Item {
  const copy: Item = {};
  for (const [name, value] of Object.entries(item)) if (value !== undefined) copy[name] = copyOfValue(value);
  return copy;
}

function copyOfValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.filter((each) => each !== undefined).map(copyOfValue);
  return value instanceof Set ? new Set(value) : copyOf({ ...value });
}
