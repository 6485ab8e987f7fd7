import type { SimulatedClock } from '../clock/clock.ts';
import { deployedAlarms, isInAlarm, queueDepths } from './alarms.ts';
import { type LocalClientConfig, localClientConfig } from './base/account.ts';
import { FunctionError, LocalCloudError } from './base/errors.ts';
import type { Backend, GatewayRequest } from './base/http-message.ts';
import { parseObject, textOf } from './base/json.ts';
import { createResources } from './deploy.ts';
import type { Faults } from './gateway/faults.ts';
import { type Gateway, startGateway } from './gateway/gateway.ts';
import { type AuthorizationReport, createAuthorizer } from './iam/authorizer.ts';
import { deployedPolicies } from './iam/policies.ts';
import { createMessageMoves } from './redrive/message-moves.ts';
import { createMoveQueues } from './redrive/move-queues.ts';
import { createBackgroundWork } from './runtime/background-work.ts';
import { createFunctionLog, type FunctionLog } from './runtime/function-log.ts';
import {
  type DeployedSchedule,
  deployedFunctions,
  deployedSchedules,
  sourceMappings,
} from './runtime/functions.ts';
import { createLambdaService } from './runtime/lambda-service.ts';
import { createNotifications, type Notification, topicSubscribers } from './runtime/notifications.ts';
import { announcedBuckets, announceObjects } from './runtime/object-events.ts';
import { createQueues } from './runtime/queues.ts';
import { deployedRules } from './runtime/rules.ts';
import { createRuntime, type DeployedFunction, type Runtime } from './runtime/runtime.ts';
import { createSqsPump, type Redelivery, type SqsPump } from './runtime/sqs-pump.ts';
import { createCloudFormation } from './services/cloudformation.ts';
import { type Emulators, startEmulators } from './services/emulators.ts';
import { createEventBridge, type RecordedEvent } from './services/event-bridge.ts';
import { createGlue } from './services/glue.ts';
import { createS3 } from './services/s3.ts';
import { createSecretsManager } from './services/secrets-manager.ts';
import { createSqs } from './services/sqs.ts';
import { type ResolvedApp, resolveApp } from './template/resolved-stack.ts';
import { readTemplates } from './template/template.ts';

export type LocalCloudOptions = {
  /** Directory of the cloud assembly: see `synthesizeAssembly`. */
  assembly: string;
  clock: SimulatedClock;
  /** More environment variables for every function, such as APP_STORE_CONNECT_BASE_URL. */
  env?: Record<string, string>;
  /** A fixed port for the endpoint; any free one when absent. */
  port?: number;
  redelivery?: Redelivery;
};

/** The app, running on this machine. */
export type LocalCloud = {
  /** For SDK clients of tests and of the run itself. */
  clientConfig: LocalClientConfig;
  /** Invokes a function by its id, such as `PlanReports`. Throws FunctionError when it fails. */
  invoke(functionId: string, payload?: unknown): Promise<unknown>;
  /** Kills the workers of a function in the middle of what they do. */
  kill(functionId: string): Promise<number>;
  /** What the heaps of a function's idle workers hold together once their garbage is collected. */
  heapBytes: Runtime['heapBytes'];
  /** Waits until every queue that feeds a function is empty and nothing is under way. */
  drain(timeoutMillis?: number): Promise<void>;
  /**
   * Runs something once no queue's function and no delivery of an event is at work, and no message waits that a function
   * could take now. It does not wait for messages that come later: those that a function has postponed.
   */
  whileStill(run: () => void): Promise<void>;
  pauseQueues(): void;
  resumeQueues(): void;
  schedules: readonly DeployedSchedule[];
  events(): readonly RecordedEvent[];
  /** Everything that was published on a topic, oldest first, as mail and chat would receive it. */
  notifications(): readonly Notification[];
  logs: FunctionLog['logs'];
  metrics: FunctionLog['metrics'];
  /** The names of the alarms that are on at this moment, after all that was measured until now. */
  alarms(): Promise<string[]>;
  faults: Faults;
  requests: Gateway['requests'];
  /** How IAM judged the calls of the functions so far. */
  authorization(): AuthorizationReport;
  recordBodies: Gateway['recordBodies'];
  outputs: Record<string, string>;
  /** The physical name of a resource by its type and the start of its logical id. */
  nameOf(type: string, logicalId: string): string;
  /** Messages waiting or in flight. */
  queueDepth(name: string): Promise<number>;
  /** Empties a queue, found by its id, as a person does who has settled what was in it. */
  purge(queueId: string): Promise<void>;
  close(): Promise<void>;
};

const DRAIN_MILLIS = 120_000;

/** Operations by service after which a queue may have a message to give. */
const BRINGS_MESSAGES: Readonly<Record<string, ReadonlySet<string>>> = {
  sqs: new Set([
    'SendMessage',
    'SendMessageBatch',
    'ChangeMessageVisibility',
    'ChangeMessageVisibilityBatch',
  ]),
  sns: new Set(['Publish', 'PublishBatch']),
};

/** Starts the embedded services, creates what the templates declare, and lets queues feed functions. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { assembly, clock, env = {}, redelivery = 'at-once' } = options;
  const gateway = await startGateway(clock, options.port);
  const emulators = await startEmulators(undefined);
  const background = createBackgroundWork();
  const events = createEventBridge(clock, background.add);
  const secrets = createSecretsManager(clock);
  const clientConfig = localClientConfig(gateway.endpoint);
  const app = resolveApp(readTemplates(assembly), gateway.endpoint);
  const moves = createMessageMoves({
    queues: createMoveQueues(emulators.messages),
    clock,
    background: background.add,
    moved: () => pump.wake(),
  });
  serveStorage(gateway, emulators, {
    secrets: secrets.backend,
    events: events.backend,
    sqs: createSqs(emulators.messages, gateway.endpoint, moves),
  });
  await createResources(app.resources, clientConfig, events);

  const functions = deployedFunctions(app, assembly);
  const log = createFunctionLog(clock);
  const runtime = createRuntime({ endpoint: gateway.endpoint, clock: clock.shared, log, variables: env });
  const authorizer = createAuthorizer(deployedPolicies(app, functions), secrets.arnOf);
  gateway.authorizeBy(authorizer);
  gateway.serve('lambda', createLambdaService(runtime, functions, { background: background.add }));
  gateway.serve('glue', createGlue(app.resources));
  gateway.serve('cloudformation', createCloudFormation(app.stacks));

  const deliver = (target: DeployedFunction, event: unknown) =>
    runtime.invoke(target, event).then(() => undefined);
  const notifications = createNotifications(clock, topicSubscribers(app, functions), (target, event) =>
    background.add(deliver(target, event)),
  );
  gateway.observe(notifications.observe);
  gateway.observe(announceObjects(events, announcedBuckets(app)));
  for (const rule of deployedRules(app, functions, deliver)) events.addRule(rule);

  const queues = createQueues(emulators.messages);
  const pump = createSqsPump({ queues, runtime, redelivery });
  for (const mapping of sourceMappings(app, functions)) pump.add(mapping);
  gateway.observe(wakesPump(pump));

  const alarms = deployedAlarms(app.resources);
  const nameOf = nameIn(app);
  return {
    clientConfig,
    invoke: async (functionId, payload = {}) => {
      const { requestId, outcome } = await runtime.invoke(functionOf(functions, functionId), payload);
      if (!outcome.ok) throw new FunctionError(functionId, requestId, outcome.failure);
      return JSON.parse(outcome.payload);
    },
    kill: runtime.kill,
    heapBytes: runtime.heapBytes,
    drain: (timeoutMillis = DRAIN_MILLIS) =>
      untilIdle(async () => {
        if (pump.inFlight() > 0 || background.isBusy()) return false;
        const depths = await Promise.all(pump.mapped().map(queues.depth));
        // What was given to a function meanwhile is under way now.
        return depths.every((depth) => depth === 0) && pump.inFlight() === 0 && !background.isBusy();
      }, timeoutMillis),
    whileStill: (run) =>
      untilIdle(() => {
        if (!pump.isStill() || background.isBusy()) return false;
        run();
        return true;
      }, DRAIN_MILLIS),
    pauseQueues: pump.pause,
    resumeQueues: pump.resume,
    schedules: deployedSchedules(app, functions),
    events: events.events,
    notifications: notifications.all,
    logs: log.logs,
    metrics: log.metrics,
    alarms: async () => {
      const now = clock.now();
      const measured = [...log.metrics(), ...(await queueDepths(alarms, queues.depth, now))];
      return alarms.filter((alarm) => isInAlarm(alarm, measured, now)).map(({ AlarmName }) => AlarmName);
    },
    faults: gateway.faults,
    requests: gateway.requests,
    authorization: authorizer.report,
    recordBodies: gateway.recordBodies,
    outputs: app.outputs,
    nameOf,
    queueDepth: queues.depth,
    purge: (queueId) => queues.purge(nameOf('AWS::SQS::Queue', queueId)),
    close: async () => {
      await pump.close();
      await runtime.close();
      await emulators.close();
      await gateway.close();
    },
  };
}

/** What functions find when they start, under the signing names of the services. */
function serveStorage(
  gateway: Gateway,
  { tables, messages }: Emulators,
  { secrets, events, sqs }: { secrets: Backend; events: Backend; sqs: Backend },
): void {
  gateway.serve('dynamodb', tables);
  gateway.serve('s3', createS3(messages));
  gateway.serve('sqs', sqs);
  gateway.serve('sns', messages);
  gateway.serve('secretsmanager', secrets);
  gateway.serve('events', events);
}

/** Tells the pump of requests after which a queue may have a message to give, and of visibilities that functions set. */
const wakesPump =
  (pump: SqsPump) =>
  ({ service, operation, body }: GatewayRequest): void => {
    if (BRINGS_MESSAGES[service]?.has(operation) === true) pump.wake();
    if (service !== 'sqs' || operation !== 'ChangeMessageVisibility') return;
    pump.noteVisibility(textOf(parseObject(body.toString('utf8')), 'ReceiptHandle') ?? '');
  };

async function untilIdle(isIdle: () => boolean | Promise<boolean>, timeoutMillis: number): Promise<void> {
  const deadline = performance.now() + timeoutMillis;
  while (!(await isIdle())) {
    if (performance.now() > deadline)
      throw new LocalCloudError('NOT_DRAINED', `Work is not over after ${timeoutMillis} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const nameIn =
  ({ resources }: ResolvedApp) =>
  (type: string, logicalId: string): string => {
    const found = resources.find(
      (resource) => resource.type === type && resource.logicalId.includes(logicalId),
    );
    if (found === undefined) throw new LocalCloudError('NO_SUCH_RESOURCE', `No ${type} ${logicalId}`);
    return found.name;
  };

function functionOf(functions: readonly DeployedFunction[], functionId: string): DeployedFunction {
  const target = functions.find(({ id }) => id === functionId);
  if (target !== undefined) return target;
  const known = functions.map(({ id }) => id).join(', ');
  throw new LocalCloudError('NO_SUCH_RESOURCE', `No function ${functionId}; there are ${known}`);
}
