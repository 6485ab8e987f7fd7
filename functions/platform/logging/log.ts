import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { redactingReplacer } from './redaction.ts';

/** Facts that travel with a log line; plain data only. */
export type LogFields = Record<string, unknown>;

/** What the core needs of a log. Powertools' Logger behind {@link createLog}; a plain list in tests. */
export type Log = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields & { error?: unknown }): void;
};

/** A log that knows the invocation it belongs to. */
export type InvocationLog = Log & { begin(context: Context): void };

/**
 * A structured log whose every line passes the redaction, so that no key and no token can be printed. From
 * `begin` on each line carries the invocation's request id.
 */
export function createLog(): InvocationLog {
  const logger = new Logger({ jsonReplacerFn: redactingReplacer });
  return {
    begin: (context) => logger.addContext(context),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
  };
}
