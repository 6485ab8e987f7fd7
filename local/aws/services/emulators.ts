import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
import { listen } from '../../http/loopback.ts';
import { REGION } from '../base/account.ts';
import type { Backend } from '../base/http-message.ts';
import { answeredBy } from '../gateway/server-backend.ts';

/** The third-party emulators, in this process; nobody but the gateway can reach them. */
export type Emulators = {
  /** DynamoDB. */
  tables: Backend;
  /** S3, SQS and SNS. */
  messages: Backend;
  close(): Promise<void>;
};

/**
 * Starts dynalite and fauxqs. dynalite has a port on loopback, since only a server that listens closes its store.
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
  await listen(tables);
  const messages = buildApp({ logger: false, defaultRegion: REGION });
  await messages.ready();
  return {
    tables: answeredBy((request, response) => void tables.emit('request', request, response)),
    messages: answeredBy((request, response) => messages.routing(request, response)),
    async close() {
      await messages.close();
      await new Promise<void>((resolve) => tables.close(() => resolve()));
    },
  };
}
