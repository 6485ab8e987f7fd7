import type { LambdaClient } from '@aws-sdk/client-lambda';
import { JobError } from '../../platform/errors.ts';
import { outcomeSchema } from '../../platform/validation/outcome-schema.ts';
import type { FindProduct } from '../names/find-product.ts';
import { knownProductSchema } from '../request/product-schemas.ts';
import { askForOutcome } from './ask-for-outcome.ts';

const answerSchema = outcomeSchema(knownProductSchema);

/**
 * Lets `apply-price-change` look a product up at Apple: no other function that requests reach may read the price key.
 *
 * @throws JobError `PRODUCT_UNRESOLVED` when that function failed
 */
export function createProductClient(lambda: LambdaClient, functionName: string): FindProduct {
  return async (team, ref) => {
    const answer = await askForOutcome(lambda, functionName, { findProduct: { team, ref } }, answerSchema);
    if (answer !== undefined) return answer;
    throw new JobError({
      code: 'PRODUCT_UNRESOLVED',
      message: `The product "${ref.name}" could not be looked up: ${functionName} failed; look at its log, and repeat the request.`,
      retryable: true,
    });
  };
}
