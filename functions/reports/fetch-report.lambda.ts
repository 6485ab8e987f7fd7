import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { connectFetcher } from './connect.ts';
import { type BatchDependencies, fetchBatch } from './fetch-batch.ts';

const log = createLog();
let dependencies: BatchDependencies | undefined;

/** From the report queue: fetches partitions; reports those that must be received again. */
export const handler = topLevel(log, async (event: SQSEvent, context): Promise<SQSBatchResponse> => {
  dependencies ??= connectFetcher(log);
  const failed = await fetchBatch(
    dependencies,
    event.Records.map(({ messageId, body }) => ({ id: messageId, body })),
    () => context.getRemainingTimeInMillis(),
  );
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
});
