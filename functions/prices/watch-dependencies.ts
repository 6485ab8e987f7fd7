import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createTeamClients } from '../app-store-connect/apple-access.ts';
import { measuringRefusals } from '../app-store-connect/key-metrics.ts';
import { createSmallObjects } from '../platform/aws/small-objects.ts';
import type { createPriceDependencies } from './dependencies.ts';
import { createPriceReader } from './watch/apple-prices.ts';
import { createMoveLog } from './watch/move-log.ts';
import type { PriceReader } from './watch/price-row.ts';
import { createPriceTable } from './watch/price-table.ts';
import type { StoredTable, WatchDependencies } from './watch/watch-prices.ts';
import { createWatchState, PRICE_LIST_CACHE } from './watch/watch-state.ts';

/** What the watch over a team's prices works with, for one invocation. */
export function createWatchDependencies(
  { base, apple, audit, s3, environment }: ReturnType<typeof createPriceDependencies>,
  remainingMillis: () => number,
): WatchDependencies {
  const { LAKE_BUCKET } = environment;
  const clientOf = createTeamClients(apple, remainingMillis);
  const readers = new Map<string, PriceReader>();
  const readerOf = (team: string): PriceReader => {
    const secretName = base.settings.teams.find(({ name }) => name === team)?.keys.prices ?? '';
    // Prices and today's reports go before it: nobody waits for the watch.
    const client = clientOf(team, secretName, 'backfill', 'prices');
    return createPriceReader(measuringRefusals(base.metric, { team, job: 'prices' }, client), base.clock);
  };
  return {
    ...base,
    audit,
    reader: (team) => {
      const reader = readers.get(team) ?? readerOf(team);
      readers.set(team, reader);
      return reader;
    },
    state: (team) => createWatchState(createSmallObjects(s3, LAKE_BUCKET, `${PRICE_LIST_CACHE}${team}/`)),
    moveLog: createMoveLog(s3, LAKE_BUCKET),
    openTable: (team) => openTable(s3, LAKE_BUCKET, join(tmpdir(), `price-list-${team}.parquet`)),
    remainingMillis,
  };
}

/** A day's table on the function's disk, and the way into the bucket. */
async function openTable(s3: S3Client, bucket: string, path: string): Promise<StoredTable> {
  const table = await createPriceTable(path);
  return {
    ...table,
    store: async (key) => {
      table.finish();
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: createReadStream(path),
          ContentLength: (await stat(path)).size,
        }),
      );
    },
  };
}
