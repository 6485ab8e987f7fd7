import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { s3Client, sqsClient } from '../platform/aws/clients.ts';
import { processSqsBatch } from '../platform/aws/sqs-batch.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { realSleep } from '../platform/util/clock.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { applyBatch } from './apply/apply-batch.ts';
import type { ApplyDependencies } from './apply/context/apply-dependencies.ts';
import { answerOf, type DryRunAnswer, planDryRun, withinPatience } from './apply/dry-run.ts';
import { createPriceDependencies } from './dependencies.ts';
import { storedRequestSchema } from './request/price-request.ts';
import { createAuditLog } from './store/audit-log.ts';
import { createPostpone } from './store/change-queue.ts';
import { createPlanningMark } from './store/point-store.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const planEvent = z.object({
  planOnly: storedRequestSchema,
  /** How long the caller waits; absent: nobody does, and the whole invocation is used. */
  patienceMillis: z.number().optional(),
});
const isAboutPlan = z.object({ planOnly: z.unknown() });

/**
 * From the queue of price changes: brings changes to their end. Invoked with `{ planOnly: request }` it answers
 * with the plan and sends nothing.
 */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context): Promise<SQSBatchResponse | DryRunAnswer> => {
    connected ??= connect();
    const { base, priceLists, planning, postpone } = connected;
    const remainingMillis = (): number => context.getRemainingTimeInMillis();
    if (isAboutPlan.safeParse(event).success) {
      const { planOnly, patienceMillis } = readEvent(planEvent, event, 'There is no such request to plan:');
      const left = withinPatience(remainingMillis, patienceMillis);
      const dryRun = { ...base, planning, priceList: priceLists(left), remainingMillis: left };
      return answerOf(await planDryRun(dryRun, planOnly, patienceMillis === undefined));
    }
    const deps: ApplyDependencies = { ...base, priceList: priceLists(remainingMillis), remainingMillis };
    return processSqsBatch(event, (messages) => applyBatch(deps, postpone, messages));
  },
);

function connect() {
  const { environment, priceLists, base } = createPriceDependencies(log);
  const s3 = s3Client();
  return {
    priceLists,
    planning: createPlanningMark(s3, environment.LAKE_BUCKET),
    base: { ...base, audit: createAuditLog(s3, environment.LAKE_BUCKET), sleep: realSleep },
    postpone: createPostpone(sqsClient(), environment.PRICE_QUEUE_URL),
  };
}
