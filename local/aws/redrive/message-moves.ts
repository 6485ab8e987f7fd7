import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';
import { queueArn } from '../base/account.ts';
import { type GatewayResponse, jsonResponse } from '../base/http-message.ts';
import { parseJson } from '../base/json.ts';
import type { QueueMessage } from '../runtime/queues.ts';
import type { MoveQueue, MoveQueues } from './move-queues.ts';

const startSchema = z.object({
  SourceArn: z.string(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: z.int().min(1).max(500).optional(),
});
const listSchema = z.object({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).default(1) });
const cancelSchema = z.object({ TaskHandle: z.string() });
const handleSchema = z.object({ taskId: z.string(), sourceArn: z.string() });

type Task = z.output<typeof startSchema> & {
  id: string;
  status: 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  /** Where a message goes that names no other queue. */
  target: MoveQueue;
  moved: number;
  toMove: number;
  failure?: string;
  startedAt: EpochMillis;
};

export type MoveOptions = {
  queues: MoveQueues;
  clock: Clock;
  /** Takes the work that goes on after the answer. */
  background: (work: Promise<void>) => void;
  /** A queue has got a message. */
  moved: () => void;
};

/** The operations that send dead letters back, by name; `undefined` for any other operation of SQS. */
export type MessageMoves = (operation: string, body: Buffer) => Promise<GatewayResponse | undefined>;

/**
 * Redrive of dead letters. Texts of errors are those of AWS.
 *
 * A task moves as many messages as its queue could give when it started, oldest first, with a pause of real time between
 * two where a rate is given. What somebody has received meanwhile stays. Moved messages are new ones; in a FIFO queue the
 * id of the dead letter is their deduplication id, so that none is taken for a repeat.
 * Source: `StartMessageMoveTask` and its siblings in the API reference of SQS; "Learn how to configure a dead-letter queue
 * redrive" and "Troubleshoot dead-letter queue and DLQ redrive issues" in its Developer Guide.
 */
export function createMessageMoves({ queues, clock, background, moved }: MoveOptions): MessageMoves {
  /** Newest first. */
  const tasks: Task[] = [];
  const operations: Record<string, (input: unknown) => Promise<object>> = {
    StartMessageMoveTask: async (input) => {
      const asked = parsed(startSchema, input);
      const source = await existing(queues, asked.SourceArn, 'SourceArn');
      const feeders = await queues.feeding(asked.SourceArn);
      const [feeder] = feeders;
      if (feeder === undefined)
        throw new Refusal(400, INVALID, 'Source queue must be configured as a Dead Letter Queue.');
      const target =
        asked.DestinationArn === undefined
          ? feeder
          : await existing(queues, asked.DestinationArn, 'DestinationArn');
      if (target.isFifo !== source.isFifo)
        throw new Refusal(400, UNSUPPORTED, 'Source and destination must be queues of the same type.');
      // The emulator does not note where a dead letter came from.
      if (asked.DestinationArn === undefined && feeders.length > 1)
        throw new Refusal(
          400,
          UNSUPPORTED,
          `The local SQS cannot tell from which of ${feeders.length} queues a message came: give DestinationArn.`,
        );
      if (tasks.some((task) => task.SourceArn === asked.SourceArn && isActive(task)))
        throw new Refusal(
          400,
          INVALID,
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      const task: Task = {
        ...asked,
        id: randomUUID(),
        status: 'RUNNING',
        target,
        moved: 0,
        toMove: source.visible,
        startedAt: clock.now(),
      };
      tasks.unshift(task);
      background(run(queues, source, task, moved));
      return { TaskHandle: handleOf(task) };
    },
    ListMessageMoveTasks: async (input) => {
      const { SourceArn, MaxResults } = parsed(listSchema, input);
      await existing(queues, SourceArn, 'SourceArn');
      const own = tasks.filter((task) => task.SourceArn === SourceArn);
      return { Results: own.slice(0, MaxResults).map(entryOf) };
    },
    CancelMessageMoveTask: async (input) => {
      const { TaskHandle } = parsed(cancelSchema, input);
      const handle = handleSchema.safeParse(parseJson(Buffer.from(TaskHandle, 'base64').toString('utf8')));
      if (!handle.success) throw new Refusal(400, INVALID, 'Value for parameter TaskHandle is invalid.');
      await existing(queues, handle.data.sourceArn, 'SourceArn');
      const task = tasks.find(({ id }) => id === handle.data.taskId);
      if (task === undefined) throw new Refusal(404, NOT_FOUND, 'Task does not exist.');
      if (!isRunning(task))
        throw new Refusal(400, UNSUPPORTED, 'Only a task whose status is RUNNING can be cancelled.');
      task.status = 'CANCELLING';
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },
  };
  return async (operation, body) => {
    const answer = operations[operation];
    if (answer === undefined) return undefined;
    try {
      return jsonResponse(200, await answer(parseJson(body.toString('utf8'))), JSON_1_0);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, message } = error;
      return jsonResponse(
        status,
        { __type: `com.amazonaws.sqs#${code}`, message },
        { ...JSON_1_0, 'x-amzn-query-error': `${code};Sender` },
      );
    }
  };
}

const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };
const INVALID = 'InvalidParameterValue';
const NOT_FOUND = 'ResourceNotFoundException';
const UNSUPPORTED = 'AWS.SimpleQueueService.UnsupportedOperation';
const NO_SUCH_QUEUE = 'AWS.SimpleQueueService.NonExistentQueue';

/** What SQS answers to a request that it cannot do. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [parameter = ''] = result.error.issues[0]?.path.map(String) ?? [];
  throw new Refusal(400, INVALID, `Value for parameter ${parameter} is invalid.`);
}

async function existing(queues: MoveQueues, arn: string, parameter: string): Promise<MoveQueue> {
  const name = arn.split(':').at(-1) ?? '';
  const found = queueArn(name) === arn ? await queues.find(name) : undefined;
  if (found !== undefined) return found;
  throw new Refusal(
    404,
    NOT_FOUND,
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
  );
}

const isRunning = ({ status }: Task): boolean => status === 'RUNNING';

const isActive = ({ status }: Task): boolean => status === 'RUNNING' || status === 'CANCELLING';

const handleOf = ({ id, SourceArn }: Task): string =>
  Buffer.from(JSON.stringify({ taskId: id, sourceArn: SourceArn })).toString('base64');

/** A task as it is listed: with its handle only while it runs, with a destination only where one was given. */
const entryOf = (task: Task): object => ({
  ...(isRunning(task) && { TaskHandle: handleOf(task) }),
  Status: task.status,
  SourceArn: task.SourceArn,
  DestinationArn: task.DestinationArn,
  MaxNumberOfMessagesPerSecond: task.MaxNumberOfMessagesPerSecond,
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.toMove,
  FailureReason: task.failure,
  StartedTimestamp: task.startedAt,
});

/** Moves one message after the other until as many are moved as there were, or none can be received. */
async function run(queues: MoveQueues, source: MoveQueue, task: Task, moved: () => void): Promise<void> {
  const pauseMillis = 1000 / (task.MaxNumberOfMessagesPerSecond ?? Number.POSITIVE_INFINITY);
  while (task.moved < task.toMove) {
    // Does not keep a process alive that is otherwise done.
    if (pauseMillis > 0) await wait(pauseMillis, undefined, { ref: false });
    if (!isRunning(task)) break;
    const message = await queues.take(source);
    if (message === undefined) break;
    const failure = await moveOne(queues, source, task, message);
    if (failure !== undefined) {
      await queues.giveBack(source, message);
      Object.assign(task, { status: 'FAILED', failure } satisfies Partial<Task>);
      return;
    }
    task.moved += 1;
    moved();
  }
  task.status = isRunning(task) ? 'COMPLETED' : 'CANCELLED';
}

/** @returns why the message cannot be moved */
async function moveOne(
  queues: MoveQueues,
  source: MoveQueue,
  { DestinationArn, target }: Task,
  message: QueueMessage,
): Promise<string | undefined> {
  // The emulator keeps the count of receives when a message becomes a dead letter; one that was sent here has none.
  if (
    DestinationArn === undefined &&
    Number(message.Attributes['ApproximateReceiveCount']) <= target.maximumReceives + 1
  )
    return 'CouldNotDetermineMessageSource';
  if (!(await queues.send(target, message))) return NO_SUCH_QUEUE;
  await queues.remove(source, message);
  return undefined;
}
