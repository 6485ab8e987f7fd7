import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REGION } from '../base/account.ts';
import { type FunctionFailure, LocalCloudError } from '../base/errors.ts';
import { type ExecutionEnvironment, type Outcome, startEnvironment } from './execution-environment.ts';
import type { FunctionLog } from './function-log.ts';

/** A Lambda function as the template declares it. */
export type DeployedFunction = {
  /** Last part of its construct path, such as `PlanReports`. */
  id: string;
  name: string;
  arn: string;
  /** Directory of the built bundle. */
  code: string;
  /** `module.export`, such as `index.handler`. */
  handler: string;
  variables: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** Most executions at once. */
  concurrency: number;
};

export type Invocation = { requestId: string; outcome: Outcome };

/** Runs functions in worker threads, as Lambda runs them in execution environments. */
export type Runtime = {
  invoke(target: DeployedFunction, payload: unknown): Promise<Invocation>;
  /** Kills the workers of a function (`FetchReport`) or one of them (`FetchReport.2`). @returns how many */
  kill(target: string): Promise<number>;
  /** What the heaps of a function's idle workers hold together once their garbage is collected. */
  heapBytes(functionId: string): Promise<number>;
  close(): Promise<void>;
};

export type RuntimeOptions = {
  endpoint: string;
  clock: SharedArrayBuffer;
  log: FunctionLog;
  /** More environment variables for every function; they win over the template's. */
  variables: Record<string, string>;
};

type Member = { environment: ExecutionEnvironment; busy: boolean; requestId: string | undefined };
type Pool = { members: Member[]; started: number; waiting: (() => void)[] };

const KILLED: FunctionFailure = { errorType: 'Runtime.ExitError', errorMessage: 'killed', stack: [] };

/** Source: "Lambda quotas". */
const ANSWER_BYTES = 6 * 1024 * 1024;

/** What Lambda gives in the place of an answer that is too large. */
const bounded = (outcome: Outcome): Outcome =>
  outcome.ok && Buffer.byteLength(outcome.payload) > ANSWER_BYTES
    ? {
        ok: false,
        failure: {
          errorType: 'Function.ResponseSizeTooLarge',
          errorMessage: `Response payload size exceeded maximum allowed payload size (${ANSWER_BYTES} bytes).`,
          stack: [],
        },
      }
    : outcome;

export function createRuntime(options: RuntimeOptions): Runtime {
  const pools = new Map<string, Pool>();
  let open = true;

  const start = (target: DeployedFunction, pool: Pool): Member => {
    pool.started += 1;
    const name = `${target.id}.${pool.started}`;
    const member: Member = {
      busy: true,
      requestId: undefined,
      environment: startEnvironment({
        name,
        start: {
          ...entryOf(target),
          clock: options.clock,
          functionName: target.name,
          functionArn: target.arn,
          memoryMegabytes: target.memoryMegabytes,
        },
        variables: { ...variablesOf(target, name, options.endpoint), ...options.variables },
        onOutput: (text) => options.log.write(target.id, member.requestId, text),
      }),
    };
    pool.members.push(member);
    return member;
  };

  /** `undefined` once the runtime is closed: an environment started then would never end. */
  const take = async (target: DeployedFunction, pool: Pool): Promise<Member | undefined> => {
    for (;;) {
      if (!open) return undefined;
      pool.members = pool.members.filter(({ environment }) => environment.alive());
      const idle = pool.members.find(({ busy }) => !busy);
      if (idle !== undefined) {
        idle.busy = true;
        return idle;
      }
      if (pool.members.length < target.concurrency) return start(target, pool);
      await new Promise<void>((resolve) => pool.waiting.push(resolve));
    }
  };

  return {
    async invoke(target, payload) {
      const pool = pools.get(target.arn) ?? { members: [], started: 0, waiting: [] };
      pools.set(target.arn, pool);
      const member = await take(target, pool);
      const requestId = randomUUID();
      if (member === undefined) return { requestId, outcome: { ok: false, failure: KILLED } };
      member.requestId = requestId;
      const outcome = bounded(
        await member.environment.run({
          requestId,
          payload: JSON.stringify(payload ?? null),
          timeoutMillis: target.timeoutSeconds * 1000,
        }),
      );
      options.log.count(target.id, target.name, !outcome.ok);
      options.log.report(target.id, requestId, outcome.ok ? undefined : outcome.failure.errorType);
      member.busy = false;
      pool.waiting.shift()?.();
      return { requestId, outcome };
    },
    async kill(target) {
      const victims = [...pools.values()]
        .flatMap(({ members }) => members)
        .map(({ environment }) => environment)
        .filter(({ name, alive }) => alive() && (name === target || name.startsWith(`${target}.`)));
      await Promise.all(victims.map((environment) => environment.kill(KILLED)));
      return victims.length;
    },
    async heapBytes(functionId) {
      const own = [...pools.values()]
        .flatMap(({ members }) => members)
        .filter(({ environment }) => environment.alive() && environment.name.startsWith(`${functionId}.`));
      const heaps = await Promise.all(own.map(({ environment }) => environment.heapBytes()));
      return heaps.reduce((sum, bytes) => sum + bytes, 0);
    },
    async close() {
      open = false;
      for (const pool of pools.values()) for (const wake of pool.waiting.splice(0)) wake();
      const members = [...pools.values()].flatMap((pool) => pool.members);
      await Promise.all(members.map(({ environment }) => environment.kill(KILLED)));
    },
  };
}

/** Finds the module that `Handler` names in the bundle. */
function entryOf({ code, handler, id }: DeployedFunction): { module: string; handler: string } {
  const dot = handler.lastIndexOf('.');
  const stem = handler.slice(0, dot);
  const file = ['.mjs', '.js', '.cjs']
    .map((end) => join(code, `${stem}${end}`))
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw new LocalCloudError(
      'ASSEMBLY_INVALID',
      `${id}: the bundle in ${code} has no ${stem}.mjs, .js or .cjs`,
    );
  }
  return { module: pathToFileURL(file).href, handler: handler.slice(dot + 1) };
}

/** What Lambda sets, and what points the SDK to the gateway under the worker's own name. */
const variablesOf = (target: DeployedFunction, worker: string, endpoint: string): Record<string, string> => ({
  ...withoutOptions(target.variables),
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: worker,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_ENDPOINT_URL: endpoint,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: target.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memoryMegabytes),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${target.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: worker,
  LAMBDA_TASK_ROOT: target.code,
  LAMBDA_RUNTIME_DIR: target.code,
  _HANDLER: target.handler,
  _X_AMZN_TRACE_ID: 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0',
  TZ: ':UTC',
  ...compileCache,
});

/** Of what NODE_OPTIONS asks for, a worker thread takes source maps only, and those are asked for at its start. */
const withoutOptions = ({ NODE_OPTIONS: _, ...variables }: Record<string, string>): Record<string, string> =>
  variables;

/** Where a process keeps what it has compiled, so do its workers: a bundle is over a megabyte. */
const compileCache =
  process.env['NODE_COMPILE_CACHE'] === undefined
    ? {}
    : { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] };
