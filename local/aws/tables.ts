import { once } from 'node:events';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { portOf } from './gateway.ts';

/** DynamoDB alone, without the rest of the embedded cloud: for tests and measurements of one table. */
export type Tables = {
  documents: DynamoDBDocumentClient;
  /** Calls so far, by operation: `GetItem`, `Query`, `UpdateItem` … */
  calls: ReadonlyMap<string, number>;
  close(): void;
};

/** Starts dynalite with these tables; a table with `sk` has a sort key of that name beside `pk`. */
export async function startTables(tables: readonly { name: string; sk?: boolean }[]): Promise<Tables> {
  const server = dynalite({ createTableMs: 0 });
  const calls = new Map<string, number>();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${portOf(server.address())}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  for (const { name, sk = false } of tables) {
    const names = sk ? ['pk', 'sk'] : ['pk'];
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: names.map((AttributeName) => ({
          AttributeName,
          KeyType: AttributeName === 'pk' ? 'HASH' : 'RANGE',
        })),
      }),
    );
  }
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
    close: () => {
      client.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
