import type { SQSBatchResponse } from 'aws-lambda';
import { lambdaClient, s3Client, sqsClient } from '../platform/aws/clients.ts';
import { processSqsBatch } from '../platform/aws/sqs-batch.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { realSleep } from '../platform/util/clock.ts';
import { answerQuestion, type QuestionAnswer } from './apply/answer-question.ts';
import { applyBatch } from './apply/apply-batch.ts';
import type { ApplyDependencies } from './apply/context/apply-dependencies.ts';
import { createEffectPreviewClient } from './ask/effect-preview-client.ts';
import { goOnWithCampaign } from './campaign/progress/go-on-with-campaign.ts';
import { createCampaignLedger } from './campaign/store/campaign-ledger.ts';
import { createPriceDependencies } from './dependencies.ts';
import { createAuditLog } from './store/audit-log.ts';
import { createChangeQueue, createPostpone } from './store/change-queue.ts';
import { createPlanningMark } from './store/point-store.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

/**
 * From the queue of price changes: brings changes to their end. Invoked with a question of another function, such as
 * `{ planOnly: request }`, it answers and sends nothing.
 */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context): Promise<SQSBatchResponse | QuestionAnswer> => {
    connected ??= connect();
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

/** A deployment tells it by an update: absent in one that is half way there. */
const previewing = (functionName: string | undefined) =>
  functionName === undefined
    ? {}
    : { previewEffect: createEffectPreviewClient(lambdaClient(), functionName, log) };

function connect() {
  const { environment, base, ...prices } = createPriceDependencies(log);
  const s3 = s3Client();
  const audit = createAuditLog(s3, environment.LAKE_BUCKET);
  const { documents, table } = prices;
  return {
    ...prices,
    atRest: goOnWithCampaign({
      ...base,
      audit,
      campaigns: createCampaignLedger({ documents, table, clock: base.clock }),
      queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, base.clock),
    }),
    planning: createPlanningMark(s3, environment.LAKE_BUCKET),
    base: { ...base, audit, sleep: realSleep, ...previewing(environment.EFFECTS_FUNCTION_NAME) },
    postpone: createPostpone(sqsClient(), environment.PRICE_QUEUE_URL),
  };
}
