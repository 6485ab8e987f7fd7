import { LocalCloudError } from '../base/errors.ts';
import { type Backend, jsonResponse } from '../base/http-message.ts';
import { findTarget } from './functions.ts';
import type { DeployedFunction, Runtime } from './runtime.ts';

/** What AWS gives an account unless it is new. */
const ACCOUNT_CONCURRENCY = 1_000;

/**
 * Lambda's own API, as far as our functions call each other: an Invoke that is waited for, or not; and the settings of the
 * account, which an operator reads.
 *
 * @param options `accountConcurrency`: new accounts have 10; `background` takes an invocation that nobody waits for, so that
 *   a drain can
 */
export function createLambdaService(
  runtime: Runtime,
  functions: readonly DeployedFunction[],
  {
    accountConcurrency = ACCOUNT_CONCURRENCY,
    background = () => {},
  }: { accountConcurrency?: number; background?: (work: Promise<void>) => void } = {},
): Backend {
  return async ({ operation, resource, body, method, headers }) => {
    if (operation === 'GetAccountSettings')
      return jsonResponse(200, {
        AccountLimit: {
          ConcurrentExecutions: accountConcurrency,
          UnreservedConcurrentExecutions: accountConcurrency,
        },
      });
    if (operation !== 'Invoke' || method !== 'POST') {
      return jsonResponse(400, { Type: 'User', Message: `The local Lambda has no ${method} ${operation}` });
    }
    try {
      const target = findTarget(functions, decodeURIComponent(resource));
      const invocation = runtime.invoke(target, JSON.parse(body.toString('utf8') || 'null'));
      if (headers['x-amz-invocation-type'] === 'Event') {
        // Its failure is in the function's log, as at AWS.
        background(
          invocation.then(
            () => undefined,
            () => undefined,
          ),
        );
        return { status: 202, headers: {}, body: Buffer.alloc(0) };
      }
      const { outcome } = await invocation;
      return outcome.ok
        ? { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(outcome.payload) }
        : jsonResponse(200, outcome.failure, { 'x-amz-function-error': 'Unhandled' });
    } catch (error) {
      if (!(error instanceof LocalCloudError)) throw error;
      return jsonResponse(
        404,
        { Type: 'User', Message: error.message },
        { 'x-amzn-errortype': 'ResourceNotFoundException' },
      );
    }
  };
}
