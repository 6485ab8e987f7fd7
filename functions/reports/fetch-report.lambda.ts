import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { answerBatch } from '../platform/queue-batch.ts';
import { connectFetcher } from './connect.ts';
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
