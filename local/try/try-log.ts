import { appendFileSync, rmSync, statSync } from 'node:fs';
import type { Log, LogFields } from '../../functions/platform/logging/log.ts';
import { redactError, redactingReplacer } from '../../functions/platform/logging/redaction.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';

/** A log that has grown beyond this is begun anew. */
const LONGEST_BYTES = 5 * 1024 * 1024;

/** The log of a folder, as JSON lines in a file. Keys and tokens are masked as in AWS. */
export function createTryLog(file: string, clock: Clock): Log {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LONGEST_BYTES) rmSync(file);
  const write =
    (level: string) =>
    (message: string, fields: LogFields & { error?: unknown } = {}): void => {
      const { error, ...rest } = fields;
      const described = error instanceof Error ? { error: describe(error) } : {};
      const line = { at: new Date(clock.now()).toISOString(), level, message, ...rest, ...described };
      try {
        appendFileSync(file, `${JSON.stringify(line, redactingReplacer)}\n`, { mode: 0o600 });
      } catch {
        // A full disk is told by the write that matters; a log line must not hide it.
      }
    };
  return { info: write('INFO'), warn: write('WARN'), error: write('ERROR') };
}

function describe(error: Error): Record<string, unknown> {
  redactError(error);
  const cause = error.cause instanceof Error ? { cause: describe(error.cause) } : {};
  return { name: error.name, message: error.message, ...cause };
}
