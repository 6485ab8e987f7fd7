import type { FunctionFailure } from '../base/errors.ts';

/** What a worker is started with. */
export type WorkerStart = {
  /** URL of the bundle's entry module. */
  module: string;
  /** Name of the exported handler. */
  handler: string;
  /** The simulated clock's shared offset. */
  clock: SharedArrayBuffer;
  functionName: string;
  functionArn: string;
  memoryMegabytes: number;
};

/** Main thread to worker: one invocation. Its payload travels as JSON text, as Lambda's does. */
export type WorkerInvocation = { requestId: string; payload: string; timeoutMillis: number };

/** Main thread to worker, between two invocations: collect the garbage and say what is left. */
export type MeasureHeap = { kind: 'measureHeap' };

/** Worker to main thread. One channel for all, so that output comes before the result it belongs to. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'heap'; bytes: number }
  | { kind: 'output'; text: string }
  | { kind: 'result'; payload: string }
  | { kind: 'failure'; failure: FunctionFailure };
