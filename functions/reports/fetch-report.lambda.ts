import { processSqsBatch } from '../platform/aws/sqs-batch.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { connectFetcher } from './dependencies.ts';
import { type BatchDependencies, fetchBatch } from './fetch-batch.ts';

const log = createLog();
let dependencies: BatchDependencies | undefined;

/** From the report queue: fetches partitions; reports those that must be received again. */
export const handler = withErrorLogging(log, async (event: unknown, context) => {
  dependencies ??= connectFetcher(log);
  const deps = dependencies;
  return processSqsBatch(event, (messages) =>
    fetchBatch(deps, messages, () => context.getRemainingTimeInMillis()),
  );
});
