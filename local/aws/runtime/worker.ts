// The inside of an execution environment: takes over the clock and the output, loads the bundle, and serves
// one invocation at a time. Runs as a worker thread; must not import anything that reads the time at load.
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionFailure } from '../base/errors.ts';
import type { MeasureHeap, WorkerInvocation, WorkerMessage, WorkerStart } from './worker-protocol.ts';

const start: WorkerStart = workerData;

followClock(start.clock);
captureOutput(process.stdout);
captureOutput(process.stderr);
await serve();

function post(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

async function serve(): Promise<void> {
  const handler = await loadHandler();
  if (handler === undefined) return;
  parentPort?.on('message', async (invocation: WorkerInvocation | MeasureHeap) => {
    if ('kind' in invocation) {
      post({ kind: 'heap', bytes: await collectedHeapBytes() });
      return;
    }
    try {
      const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
      post({ kind: 'result', payload: JSON.stringify(result) ?? 'null' });
    } catch (error) {
      post({ kind: 'failure', failure: describe(error) });
    }
  });
  post({ kind: 'ready' });
}

/** What the heap holds once its garbage is collected. */
async function collectedHeapBytes(): Promise<number> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
    return process.memoryUsage().heapUsed;
  } finally {
    session.disconnect();
  }
}

type Handler = (event: unknown, context: object) => unknown;

async function loadHandler(): Promise<Handler | undefined> {
  try {
    const module: Record<string, unknown> = await import(start.module);
    const handler = module[start.handler];
    if (isHandler(handler)) return handler;
    const failure = {
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: `${start.handler} is undefined or not exported`,
      stack: [],
    };
    post({ kind: 'failure', failure });
  } catch (error) {
    post({ kind: 'failure', failure: describe(error) });
  }
  return undefined;
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

/** Remaining time counts by the real clock: a simulated jump must not time a function out. */
function contextOf({ requestId, timeoutMillis }: WorkerInvocation): object {
  const deadline = performance.now() + timeoutMillis;
  return {
    awsRequestId: requestId,
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: String(start.memoryMegabytes),
    logGroupName: `/aws/lambda/${start.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

function describe(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), stack: [] };
  }
  return { errorType: error.name, errorMessage: error.message, stack: (error.stack ?? '').split('\n') };
}

/** Makes `new Date()` and `Date.now()` follow the simulated clock; dates given in full stay as they are. */
function followClock(shared: SharedArrayBuffer): void {
  const RealDate = Date;
  const realNow = Date.now;
  const offset = new BigInt64Array(shared);
  const now = (): number => realNow() + Number(Atomics.load(offset, 0));
  const simulated = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  RealDate.prototype.constructor = simulated;
  globalThis.Date = simulated;
}

/** Sends what is printed through the message channel, in order with the results. */
function captureOutput(stream: NodeJS.WriteStream): void {
  const write = (
    chunk: Uint8Array | string,
    encodingOrDone?: BufferEncoding | ((error?: Error | null) => void),
    done?: (error?: Error | null) => void,
  ): boolean => {
    post({ kind: 'output', text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8') });
    const callback = typeof encodingOrDone === 'function' ? encodingOrDone : done;
    if (callback !== undefined) queueMicrotask(() => callback());
    return true;
  };
  stream.write = write;
}
