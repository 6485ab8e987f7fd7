import type { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { JobError } from '../../platform/errors.ts';
import { outcomeSchema } from '../../platform/validation/outcome-schema.ts';
import type { FindProducts } from '../names/products-of.ts';
import { knownProductSchema } from '../request/product-schemas.ts';
import { askForOutcome } from './ask-for-outcome.ts';

const answerSchema = outcomeSchema(z.array(knownProductSchema));

/**
 * Lets `apply-price-change` list the products of an app or a subscription group.
 *
 * @throws JobError `PRODUCTS_UNAVAILABLE` when that function failed
 */
export function createSelectionClient(lambda: LambdaClient, functionName: string): FindProducts {
  return async (selection) => {
    const question = { selectProducts: selection };
    const answer = await askForOutcome(lambda, functionName, question, answerSchema);
    if (answer !== undefined) return answer;
    throw new JobError({
      code: 'PRODUCTS_UNAVAILABLE',
      message: `The products could not be listed: ${functionName} failed; look at its log, and repeat the request.`,
      retryable: true,
    });
  };
}
