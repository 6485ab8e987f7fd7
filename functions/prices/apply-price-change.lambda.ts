import type { SQSBatchResponse } from 'aws-lambda';
import { z } from 'zod';
import { s3Client, sqsClient } from '../platform/aws-clients.ts';
import { realSleep } from '../platform/clock.ts';
import { topLevel } from '../platform/handler.ts';
import { readEvent } from '../platform/incoming-event.ts';
import { createLog } from '../platform/log.ts';
import { answerBatch } from '../platform/queue-batch.ts';
import { applyBatch } from './apply-batch.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { createPostpone } from './change-queue.ts';
import { connectPrices } from './connect.ts';
import { type PlanAnswer, planOnly } from './plan-only.ts';
import { createPriceAudit } from './price-audit.ts';
import { storedRequestSchema } from './price-request.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const planEvent = z.object({ planOnly: storedRequestSchema });
const isAboutPlan = z.object({ planOnly: z.unknown() });

/**
 * From the queue of price changes: brings changes to their end. Invoked with `{ planOnly: request }` it answers
 * with the plan and sends nothing.
 */
export const handler = topLevel(
  log,
  async (event: unknown, context): Promise<SQSBatchResponse | PlanAnswer> => {
    connected ??= connect();
    const remainingMillis = (): number => context.getRemainingTimeInMillis();
    const deps: ApplyDependencies = {
      ...connected.base,
      book: connected.books(remainingMillis),
      remainingMillis,
    };
    if (isAboutPlan.safeParse(event).success)
      return planOnly(deps, readEvent(planEvent, event, 'There is no such request to plan:').planOnly);
    const { postpone } = connected;
    return answerBatch(event, (messages) => applyBatch(deps, postpone, messages));
  },
);

function connect() {
  const { environment, books, base } = connectPrices(log);
  return {
    books,
    base: { ...base, audit: createPriceAudit(s3Client(), environment.LAKE_BUCKET), sleep: realSleep },
    postpone: createPostpone(sqsClient(), environment.PRICE_QUEUE_URL),
  };
}
