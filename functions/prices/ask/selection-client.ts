import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { PRODUCT_KINDS } from '../../events/event-product.ts';
import { JobError } from '../../platform/errors.ts';
import type { FindProducts } from '../names/products-of.ts';

const answerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ok'),
    value: z.array(
      z.object({
        product: z.object({
          kind: z.enum(PRODUCT_KINDS),
          id: z.string(),
          plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
        }),
        label: z.object({ name: z.string(), productId: z.string() }),
      }),
    ),
  }),
  z.object({ kind: z.literal('retry'), afterMillis: z.number(), reason: z.string() }),
  z.object({
    kind: z.literal('rejected'),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
]);

/**
 * Lets `apply-price-change` list the products of an app or a subscription group.
 *
 * @throws JobError `PRODUCTS_UNAVAILABLE` when that function failed
 */
export function createSelectionClient(lambda: LambdaClient, functionName: string): FindProducts {
  return async (selection) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: functionName,
        Payload: JSON.stringify({ selectProducts: selection }),
      }),
    );
    const text = Payload?.transformToString() ?? '';
    const parsed = FunctionError === undefined ? answerSchema.safeParse(JSON.parse(text)) : undefined;
    if (parsed?.success) return parsed.data;
    throw new JobError({
      code: 'PRODUCTS_UNAVAILABLE',
      message: `The products could not be listed: ${functionName} failed; look at its log, and repeat the request.`,
      retryable: true,
    });
  };
}
