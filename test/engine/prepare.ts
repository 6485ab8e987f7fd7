import { stayInOneThread } from './one-thread.ts';
import { useScratch } from './scratch.ts';

/** To be called by a process that plays histories, before the first one. */
export function prepareToPlay(): void {
  // A broken promise is told by its message; most errors of a history are those that the product is meant to meet.
  Error.stackTraceLimit = 0;
  useScratch();
  stayInOneThread();
}
