import { setImmediate } from 'node:timers/promises';

/**
 * Resolves when everything has gone on as far as it can. Nothing works in other threads (one-thread.ts), so that
 * whatever can go on has done so when the event loop comes round.
 */
export const untilQuiet = (): Promise<void> => setImmediate();
