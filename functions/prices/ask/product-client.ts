import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { PRODUCT_KINDS } from '../../events/event-product.ts';
import { JobError } from '../../platform/errors.ts';
import type { FindProduct } from '../names/find-product.ts';

const answerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ok'),
    value: z.object({
      product: z.object({
        kind: z.enum(PRODUCT_KINDS),
        id: z.string(),
        plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
      }),
      label: z.object({ name: z.string(), productId: z.string() }),
    }),
  }),
  z.object({ kind: z.literal('retry'), afterMillis: z.number(), reason: z.string() }),
  z.object({
    kind: z.literal('rejected'),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
]);

/**
 * Lets `apply-price-change` look a product up at Apple: no other function that requests reach may read the price key.
 *
 * @throws JobError `PRODUCT_UNRESOLVED` when that function failed
 */
export function createProductClient(lambda: LambdaClient, functionName: string): FindProduct {
  return async (team, ref) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: functionName,
        Payload: JSON.stringify({ findProduct: { team, ref } }),
      }),
    );
    const text = Payload?.transformToString() ?? '';
    const parsed = FunctionError === undefined ? answerSchema.safeParse(JSON.parse(text)) : undefined;
    if (parsed?.success) return parsed.data;
    throw new JobError({
      code: 'PRODUCT_UNRESOLVED',
      message: `The product "${ref.name}" could not be looked up: ${functionName} failed; look at its log, and repeat the request.`,
      retryable: true,
    });
  };
}
