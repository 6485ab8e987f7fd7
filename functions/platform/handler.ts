import type { Context } from 'aws-lambda';
import { type RefusedEvent, refusedEvent } from './bus-event.ts';
import type { InvocationLog } from './logging/log.ts';
import { redactError } from './logging/redaction.ts';

/**
 * The outermost layer of a handler: what escapes is logged and thrown on, so that the function's Errors metric
 * counts it. Lambda prints a thrown error itself, past our log, so it is redacted first.
 *
 * An event of a bus whose detail type is not named in `takes` is refused before anything is connected. The refusal is
 * an answer and a warning in the log, no error: Lambda would repeat the event, and it would never be taken.
 */
export function withErrorLogging<Event, Result>(
  log: InvocationLog,
  run: (event: Event, context: Context) => Promise<Result>,
  { takes = [] }: { takes?: readonly string[] } = {},
): (event: Event, context: Context) => Promise<Result | RefusedEvent> {
  return async (event, context) => {
    log.begin(context);
    const refused = refusedEvent(event, takes);
    if (refused !== undefined) {
      log.warn('An event was refused that no rule of this deployment sends here', {
        problems: refused.problems,
      });
      return refused;
    }
    try {
      return await run(event, context);
    } catch (error) {
      log.error('The invocation failed', { error });
      throw redactError(error);
    }
  };
}
