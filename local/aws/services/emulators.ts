import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
import { forwardTo } from '../gateway/forward.ts';
import { portOf } from '../gateway/gateway.ts';

type Forward = ReturnType<typeof forwardTo>;

/** The third-party emulators, listening on loopback only. */
export type Emulators = {
  /** DynamoDB. */
  tables: Forward;
  /** S3, SQS and SNS. */
  messages: Forward;
  /** Address of the S3, SQS and SNS emulator, for those who must not pass the gateway's faults. */
  messagesEndpoint: string;
  close(): Promise<void>;
};

/**
 * Starts dynalite and fauxqs.
 *
 * fauxqs is built and bound here rather than by its own starter, because that one listens on every network
 * interface.
 *
 * @param dataDir keeps tables over restarts; in memory when absent
 */
export async function startEmulators(dataDir: string | undefined): Promise<Emulators> {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const tables = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(dataDir === undefined ? {} : { path: join(dataDir, 'tables') }),
  });
  await new Promise<void>((resolve) => tables.listen(0, '127.0.0.1', () => resolve()));
  const messages = buildApp({ logger: false, defaultRegion: 'us-east-1' });
  await messages.listen({ host: '127.0.0.1', port: 0 });
  const messagesPort = portOf(messages.server.address());
  const toTables = forwardTo(portOf(tables.address()));
  const toMessages = forwardTo(messagesPort);
  return {
    tables: toTables,
    messages: toMessages,
    messagesEndpoint: `http://127.0.0.1:${messagesPort}`,
    async close() {
      toTables.close();
      toMessages.close();
      await messages.close();
      tables.closeAllConnections();
      await new Promise<void>((resolve) => tables.close(() => resolve()));
    },
  };
}
