import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { JobError } from '../../platform/errors.ts';
import type { ListRequest } from '../names/list-products.ts';

/** A part of the list of products, as the function that may read the price keys answers it. */
export type AskForProducts = (request: ListRequest) => Promise<unknown>;

const PATIENCE_MILLIS = 25_000;

/**
 * Lets `apply-price-change` list the products of a team.
 *
 * @throws JobError `PRODUCTS_UNAVAILABLE` when that function failed
 */
export function createProductListClient(lambda: LambdaClient, functionName: string): AskForProducts {
  return async (request) => {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({
        FunctionName: functionName,
        Payload: JSON.stringify({ listProducts: request, patienceMillis: PATIENCE_MILLIS }),
      }),
    );
    if (FunctionError === undefined) return JSON.parse(Payload?.transformToString() ?? 'null');
    throw new JobError({
      code: 'PRODUCTS_UNAVAILABLE',
      message: `The products could not be listed: ${functionName} failed; look at its log.`,
      retryable: true,
    });
  };
}
