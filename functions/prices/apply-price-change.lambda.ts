import type { SQSBatchResponse } from 'aws-lambda';
import { z } from 'zod';
import { s3Client, sqsClient } from '../platform/aws/clients.ts';
import { processSqsBatch } from '../platform/aws/sqs-batch.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { realSleep } from '../platform/util/clock.ts';
import { readEvent } from '../platform/validation/incoming-event.ts';
import { applyBatch } from './apply/apply-batch.ts';
import type { ApplyDependencies } from './apply/apply-dependencies.ts';
import { type DryRunAnswer, planDryRun } from './apply/dry-run.ts';
import { createPriceDependencies } from './dependencies.ts';
import { storedRequestSchema } from './request/price-request.ts';
import { createAuditLog } from './store/audit-log.ts';
import { createPostpone } from './store/change-queue.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const planEvent = z.object({ planOnly: storedRequestSchema });
const isAboutPlan = z.object({ planOnly: z.unknown() });

/**
 * From the queue of price changes: brings changes to their end. Invoked with `{ planOnly: request }` it answers
 * with the plan and sends nothing.
 */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context): Promise<SQSBatchResponse | DryRunAnswer> => {
    connected ??= connect();
    const remainingMillis = (): number => context.getRemainingTimeInMillis();
    const deps: ApplyDependencies = {
      ...connected.base,
      priceList: connected.priceLists(remainingMillis),
      remainingMillis,
    };
    if (isAboutPlan.safeParse(event).success)
      return planDryRun(deps, readEvent(planEvent, event, 'There is no such request to plan:').planOnly);
    const { postpone } = connected;
    return processSqsBatch(event, (messages) => applyBatch(deps, postpone, messages));
  },
);

function connect() {
  const { environment, priceLists, base } = createPriceDependencies(log);
  return {
    priceLists,
    base: { ...base, audit: createAuditLog(s3Client(), environment.LAKE_BUCKET), sleep: realSleep },
    postpone: createPostpone(sqsClient(), environment.PRICE_QUEUE_URL),
  };
}
