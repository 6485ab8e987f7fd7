import { Worker } from 'node:worker_threads';
import type { FunctionFailure } from '../base/errors.ts';
import type { MeasureHeap, WorkerInvocation, WorkerMessage, WorkerStart } from './worker-protocol.ts';

/** How an invocation ended. */
export type Outcome = { ok: true; payload: string } | { ok: false; failure: FunctionFailure };

/** One execution environment: a worker thread that serves one invocation at a time until it dies. */
export type ExecutionEnvironment = {
  name: string;
  alive(): boolean;
  /** What its heap holds once its garbage is collected. To be asked between two invocations. */
  heapBytes(): Promise<number>;
  run(invocation: WorkerInvocation): Promise<Outcome>;
  /** Ends it at once, in the middle of whatever it does. */
  kill(reason: FunctionFailure): Promise<void>;
};

export type EnvironmentOptions = {
  name: string;
  start: WorkerStart;
  variables: Record<string, string>;
  /** Is given what the function prints. */
  onOutput(text: string): void;
};

/** Lines of sources in stack traces, for a quarter of an environment's start; a run of hundreds goes without. */
const SOURCE_MAPS = process.env['LOCAL_SOURCE_MAPS'] === 'off' ? [] : ['--enable-source-maps'];

export function startEnvironment({
  name,
  start,
  variables,
  onOutput,
}: EnvironmentOptions): ExecutionEnvironment {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: start,
    env: variables,
    execArgv: SOURCE_MAPS,
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: start.memoryMegabytes },
    name,
  });
  let alive = true;
  let loaded = false;
  let failure: FunctionFailure | undefined;
  let settle: ((outcome: Outcome) => void) | undefined;
  let hearHeap: (bytes: number) => void = () => undefined;

  const finish = (outcome: Outcome): void => {
    const waiting = settle;
    settle = undefined;
    waiting?.(outcome);
  };
  const ready = new Promise<void>((resolve) => {
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'output') onOutput(message.text);
      else if (message.kind === 'heap') hearHeap(message.bytes);
      else if (message.kind === 'result') finish({ ok: true, payload: message.payload });
      else if (message.kind === 'failure') {
        finish({ ok: false, failure: message.failure });
        if (!loaded) worker.terminate();
      } else {
        loaded = true;
        resolve();
      }
    });
    worker.once('exit', () => resolve());
  });
  worker.stdout.on('data', (chunk) => onOutput(String(chunk)));
  worker.stderr.on('data', (chunk) => onOutput(String(chunk)));
  worker.on('error', (error) => {
    failure ??= crash(error instanceof Error ? error.name : 'Error', describe(error));
  });
  worker.once('exit', (code) => {
    alive = false;
    finish({ ok: false, failure: failure ?? crash('Runtime.ExitError', `exited with status ${code}`) });
  });

  const kill = async (reason: FunctionFailure): Promise<void> => {
    failure = reason;
    await worker.terminate();
  };
  return {
    name,
    alive: () => alive,
    heapBytes: () =>
      new Promise((resolve) => {
        hearHeap = resolve;
        worker.once('exit', () => resolve(0));
        const question: MeasureHeap = { kind: 'measureHeap' };
        worker.postMessage(question);
      }),
    kill,
    async run(invocation) {
      const outcome = new Promise<Outcome>((resolve) => {
        settle = resolve;
      });
      await ready;
      if (alive) worker.postMessage(invocation);
      else
        finish({ ok: false, failure: failure ?? crash('Runtime.ExitError', 'exited before the invocation') });
      const timer = setTimeout(() => {
        const seconds = (invocation.timeoutMillis / 1000).toFixed(2);
        kill(crash('Sandbox.Timedout', `${invocation.requestId} Task timed out after ${seconds} seconds`));
      }, invocation.timeoutMillis);
      return outcome.finally(() => clearTimeout(timer));
    },
  };
}

const crash = (errorType: string, errorMessage: string): FunctionFailure => ({
  errorType,
  errorMessage,
  stack: [],
});

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
