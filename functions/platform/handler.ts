import type { Context } from 'aws-lambda';
import type { InvocationLog } from './logging/log.ts';
import { redactError } from './logging/redaction.ts';

/**
 * The outermost layer of a handler: what escapes is logged and thrown on, so that the function's Errors metric
 * counts it. Lambda prints a thrown error itself, past our log, so it is redacted first.
 */
export function withErrorLogging<Event, Result>(
  log: InvocationLog,
  run: (event: Event, context: Context) => Promise<Result>,
): (event: Event, context: Context) => Promise<Result> {
  return async (event, context) => {
    log.begin(context);
    try {
      return await run(event, context);
    } catch (error) {
      log.error('The invocation failed', { error });
      throw redactError(error);
    }
  };
}
