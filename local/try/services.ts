import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { localClientConfig } from '../aws/base/account.ts';
import { inProcess } from '../aws/gateway/in-process.ts';
import { createDiskObjects } from '../aws/services/disk-objects.ts';
import { createS3 } from '../aws/services/s3.ts';
import { createSecretsManager } from '../aws/services/secrets-manager.ts';
import { describeTable } from '../aws/services/tables.ts';
import type { Folder } from './folder.ts';
import { lockFolder } from './lock.ts';
import { socketPath } from './platform.ts';
import { TABLE_SHAPES } from './tables.ts';

/** AWS, kept in a folder. Nothing of it listens where another user of the machine could ask. */
export type Services = {
  documents: DynamoDBDocumentClient;
  s3: S3Client;
  /** In memory only: a key is never written to disk. */
  secrets: SecretsManagerClient;
  /** The last write that the disk refused. */
  writeError(): unknown;
  close(): Promise<void>;
};

/** The bucket's name; objects lie in the folder's `lake`. */
export const BUCKET = 'lake';

/** The services answer in this process; the SDK wants an address all the same. */
const UNUSED_ADDRESS = localClientConfig('http://127.0.0.1');

/** What goes wrong is told once, by whoever asked; the SDK's own words beside it help nobody. */
const SILENT = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** @throws JobError `FOLDER_IN_USE` */
export async function openServices(folder: Folder, clock: Clock): Promise<Services> {
  let writeError: unknown;
  const onWriteError = (error: unknown): void => {
    writeError = error;
  };
  const unlock = lockFolder(folder.directory);
  const tables = await openTables(folder.tables, onWriteError);
  const s3 = createS3(createDiskObjects(folder.lake, onWriteError), (request, disk) => disk(request));
  return {
    documents: DynamoDBDocumentClient.from(tables.client, {
      marshallOptions: { removeUndefinedValues: true },
    }),
    s3: new S3Client({
      ...UNUSED_ADDRESS,
      forcePathStyle: true,
      requestHandler: inProcess(s3),
      maxAttempts: 1,
      logger: SILENT,
    }),
    secrets: new SecretsManagerClient({
      ...UNUSED_ADDRESS,
      requestHandler: inProcess(createSecretsManager(clock).backend),
    }),
    writeError: () => writeError,
    close: async () => {
      await tables.close();
      unlock();
    },
  };
}

/** DynamoDB over LevelDB, behind a socket in a directory of this user's own. */
async function openTables(
  directory: string,
  onWriteError: (error: unknown) => void,
): Promise<{ client: DynamoDBClient; close(): Promise<void> }> {
  // Loaded here: it is large, and only `try` needs it.
  const { default: dynalite } = await import('dynalite');
  const server = dynalite({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const sockets = mkdtempSync(join(tmpdir(), 'asc-jobs-'));
  const socket = socketPath(process.platform, sockets, { pid: process.pid, now: Date.now() });
  server.listen(socket);
  await once(server, 'listening');
  // dynalite throws what LevelDB says of the disk where nobody can catch it, and never answers the request.
  const onUncaught = (error: unknown): void => {
    if (!isLevelError(error)) throw error;
    onWriteError(error);
    server.closeAllConnections();
  };
  process.on('uncaughtException', onUncaught);
  const agent = new SocketAgent(socket);
  const client = new DynamoDBClient({ ...UNUSED_ADDRESS, requestHandler: { httpAgent: agent } });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const shape of TABLE_SHAPES)
    if (!TableNames.includes(shape.name)) await client.send(new CreateTableCommand(describeTable(shape)));
  return {
    client,
    close: async () => {
      process.off('uncaughtException', onUncaught);
      client.destroy();
      agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(sockets, { recursive: true, force: true });
    },
  };
}

const isLevelError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('LEVEL_');

/** Sends every request to one socket. */
class SocketAgent extends Agent {
  readonly #path: string;

  constructor(path: string) {
    super({ keepAlive: true });
    this.#path = path;
  }

  override createConnection(): ReturnType<typeof createConnection> {
    return createConnection(this.#path);
  }
}
