import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { JobError } from '../../platform/errors.ts';
import { planSchema } from '../store/plan-store.ts';
import type { PlanOnly } from './accept-change.ts';

const answerSchema = z.union([
  z.object({ problems: z.array(z.object({ path: z.string(), message: z.string() })) }),
  z.object({ plan: planSchema, planKey: z.string() }),
]);

/**
 * Lets `apply-price-change` make a plan: no other function may read the price key.
 *
 * @throws JobError `PLAN_UNAVAILABLE` when that function failed
 */
export function createPlanClient(lambda: LambdaClient, functionName: string): PlanOnly {
  return async (request) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ planOnly: request }) }),
    );
    const text = Payload?.transformToString() ?? '';
    const parsed = FunctionError === undefined ? answerSchema.safeParse(JSON.parse(text)) : undefined;
    if (parsed?.success) return parsed.data;
    throw new JobError({
      code: 'PLAN_UNAVAILABLE',
      message: `The plan could not be made (${FunctionError ?? 'its answer is of another form'}); the log of ${functionName} says why.`,
      retryable: true,
      cause: parsed?.error,
    });
  };
}
