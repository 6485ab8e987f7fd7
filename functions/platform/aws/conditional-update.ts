import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** A DynamoDB item as plain data; the caller parses it. */
export type RawItem = Record<string, unknown>;

export type ConditionalUpdate = {
  table: string;
  key: Record<string, string>;
  /** Attributes to set; `undefined` removes the attribute. */
  set: Record<string, unknown>;
  /** Attributes to add a number to; an absent one counts from 0. */
  add?: Record<string, number>;
  /**
   * A condition over `#name` and `:name` placeholders. Names stand for attributes of the same name; values
   * come from `values`.
   */
  condition: string;
  values?: Record<string, unknown>;
};

/** The condition of a write that must not fail. The key's name is `pk`. */
export const UNCONDITIONAL = 'attribute_exists(#pk) OR attribute_not_exists(#pk)';

/** Who won the race: the winner sees the item after its write, the loser the item as it stands. */
export type ConditionalResult = { won: true; item: RawItem } | { won: false; item: RawItem | undefined };

/**
 * One conditional write that decides a race.
 *
 * The loser gets the present item: with the refusal where the table gives it
 * (`ReturnValuesOnConditionCheckFailure`), else by one consistent read.
 *
 * @throws whatever DynamoDB throws, other than the failed condition
 */
export async function conditionalUpdate(
  documents: DynamoDBDocumentClient,
  update: ConditionalUpdate,
): Promise<ConditionalResult> {
  const { table, key, condition, values = {} } = update;
  const expression = updateExpression(update);
  const names = [...new Set([...expression.names, ...namesIn(condition)])];
  try {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: expression.text,
        ConditionExpression: condition,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...expression.values,
          ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { won: true, item: Attributes ?? {} };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if (error.Item !== undefined) return { won: false, item: unmarshall(error.Item) };
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
    );
    return { won: false, item: Item };
  }
}

function updateExpression({ set, add = {} }: ConditionalUpdate) {
  const kept = Object.entries(set).filter(([, value]) => value !== undefined);
  const removed = Object.entries(set).filter(([, value]) => value === undefined);
  const clauses = [
    clause(
      'SET',
      kept.map(([name]) => `#${name} = :set_${name}`),
    ),
    clause(
      'REMOVE',
      removed.map(([name]) => `#${name}`),
    ),
    clause(
      'ADD',
      Object.keys(add).map((name) => `#${name} :add_${name}`),
    ),
  ];
  return {
    text: clauses.filter((text) => text !== '').join(' '),
    names: [...Object.keys(set), ...Object.keys(add)],
    values: Object.fromEntries([
      ...kept.map(([name, value]) => [`:set_${name}`, value] as const),
      ...Object.entries(add).map(([name, value]) => [`:add_${name}`, value] as const),
    ]),
  };
}

const clause = (verb: string, parts: readonly string[]): string =>
  parts.length === 0 ? '' : `${verb} ${parts.join(', ')}`;

/** The attribute names behind the `#name` placeholders of a condition. */
const namesIn = (condition: string): string[] =>
  [...condition.matchAll(/#([A-Za-z_]+)/g)].map((match) => match[1] ?? '');
