import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { listen } from '../../http/loopback.ts';
import { localClientConfig } from '../base/account.ts';

/** DynamoDB alone, without the rest of the embedded cloud: for tests and measurements of one table. */
export type Tables = {
  documents: DynamoDBDocumentClient;
  /** Calls so far, by operation: `GetItem`, `Query`, `UpdateItem` … */
  calls: ReadonlyMap<string, number>;
  close(): void;
};

export type TableShape = {
  name: string;
  /** Has a sort key `sk` beside `pk`. */
  sk?: boolean;
  /** Indexes over all attributes: a text and a number. */
  indexes?: readonly { name: string; text: string; number: string }[];
};

/** Starts dynalite with these tables. */
export async function startTables(tables: readonly TableShape[]): Promise<Tables> {
  // Loaded here: it is large, and `try`, which needs the shapes of tables at once, loads it by itself.
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ createTableMs: 0 });
  const opened = await openTables(`http://127.0.0.1:${await listen(server)}`, tables);
  return {
    ...opened,
    close: () => {
      opened.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Makes these tables in the DynamoDB at an address. */
export async function openTables(endpoint: string, tables: readonly TableShape[]): Promise<Tables> {
  const calls = new Map<string, number>();
  const client = new DynamoDBClient(localClientConfig(endpoint));
  for (const table of tables) await client.send(new CreateTableCommand(describeTable(table)));
  client.middlewareStack.add(
    (next, context) => (args) => {
      const name = (context.commandName ?? 'unknown').replace(/Command$/, '');
      calls.set(name, (calls.get(name) ?? 0) + 1);
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    calls,
    close: () => client.destroy(),
  };
}

/** The form in which DynamoDB is told of a table. */
export function describeTable({ name, sk = false, indexes = [] }: TableShape): CreateTableCommandInput {
  const texts = new Set([...(sk ? ['pk', 'sk'] : ['pk']), ...indexes.map(({ text }) => text)]);
  const numbers = new Set(indexes.map(({ number }) => number));
  const keySchema = (partition: string, sort?: string): KeySchemaElement[] => [
    { AttributeName: partition, KeyType: 'HASH' },
    ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' as const }]),
  ];
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      ...[...texts].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      ...[...numbers].map((AttributeName) => ({ AttributeName, AttributeType: 'N' as const })),
    ],
    KeySchema: keySchema('pk', sk ? 'sk' : undefined),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index.text, index.number),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  };
}
