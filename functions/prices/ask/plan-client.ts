import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { JobError } from '../../platform/errors.ts';
import { rejectedWith } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import { problemSchema } from '../../platform/validation/outcome-schema.ts';
import type { Plan } from '../plan/plan.ts';
import type { PriceRequest } from '../request/price-request.ts';
import { planSchema } from '../store/plan-store.ts';

/** A plan, where the audit keeps it, or why there is none. `retry`: it takes longer. */
export type PlanOnly = (request: PriceRequest) => Promise<Outcome<{ plan: Plan; planKey: string }>>;

/** What the function that plans answers, as an outcome. `needsWorker`: somebody has to read on. */
const answerSchema = z.union([
  z.object({ problems: z.array(problemSchema) }).transform(({ problems }) => rejectedWith(problems)),
  z.object({ plan: planSchema, planKey: z.string() }).transform((value) => ({ kind: 'ok' as const, value })),
  z
    .object({
      pending: z.object({
        afterMillis: z.number(),
        reason: z.string(),
        needsWorker: z.boolean().default(false),
      }),
    })
    .transform(({ pending }) => ({ kind: 'retry' as const, ...pending })),
]);

/** A longer plan goes on without its caller. */
const PATIENCE_MILLIS = 25_000;

/**
 * Lets `apply-price-change` make a plan: no other function may read the price key. A plan that takes longer than the
 * caller should wait goes on in an invocation of its own, which ends by itself; asking again gets the plan.
 *
 * @throws JobError `PLAN_UNAVAILABLE` when that function failed
 */
export function createPlanClient(lambda: LambdaClient, functionName: string): PlanOnly {
  return async (request) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: functionName,
        Payload: JSON.stringify({ planOnly: request, patienceMillis: PATIENCE_MILLIS }),
      }),
    );
    const text = Payload?.transformToString() ?? '';
    const parsed = FunctionError === undefined ? answerSchema.safeParse(JSON.parse(text)) : undefined;
    if (parsed?.success) {
      if (parsed.data.kind === 'retry' && parsed.data.needsWorker)
        await lambda.send(
          new InvokeCommand({
            FunctionName: functionName,
            InvocationType: 'Event',
            Payload: JSON.stringify({ planOnly: request }),
          }),
        );
      return parsed.data;
    }
    throw new JobError({
      code: 'PLAN_UNAVAILABLE',
      message: `The plan could not be made (${FunctionError ?? 'its answer is of another form'}); the log of ${functionName} says why.`,
      retryable: true,
      cause: parsed?.error,
    });
  };
}
