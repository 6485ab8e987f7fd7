import type { SQSBatchResponse } from 'aws-lambda';
import { processSqsBatch } from '../platform/aws/sqs-batch.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { answerQuestion, type QuestionAnswer } from './apply/answer-question.ts';
import { applyBatch } from './apply/apply-batch.ts';
import type { ApplyDependencies } from './apply/context/apply-dependencies.ts';
import { applyStores } from './apply-stores.ts';

const log = createLog();
let connected: ReturnType<typeof applyStores> | undefined;

/**
 * From the queue of price changes: brings changes to their end. Invoked with a question of another function, such as
 * `{ planOnly: request }`, it answers and sends nothing.
 */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context): Promise<SQSBatchResponse | QuestionAnswer> => {
    connected ??= applyStores(log);
    const { base, priceLists, postpone, atRest } = connected;
    const remainingMillis = (): number => context.getRemainingTimeInMillis();
    const answer = answerQuestion(connected, event, remainingMillis);
    if (answer !== undefined) return answer;
    const deps: ApplyDependencies = {
      ...base,
      priceList: priceLists(remainingMillis),
      remainingMillis,
      atRest,
    };
    return processSqsBatch(event, (messages) => applyBatch(deps, postpone, messages));
  },
);
