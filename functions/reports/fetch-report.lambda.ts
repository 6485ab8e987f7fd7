import { answerBatch } from '../platform/aws/sqs-batch.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { connectFetcher } from './dependencies.ts';
import { type BatchDependencies, fetchBatch } from './fetch-batch.ts';

const log = createLog();
let dependencies: BatchDependencies | undefined;

/** From the report queue: fetches partitions; reports those that must be received again. */
export const handler = topLevel(log, async (event: unknown, context) => {
  dependencies ??= connectFetcher(log);
  const deps = dependencies;
  return answerBatch(event, (messages) =>
    fetchBatch(deps, messages, () => context.getRemainingTimeInMillis()),
  );
});
