import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { queueArn } from '../../local/aws/base/account.ts';
import { startLimitedServices } from './limited-services.ts';

const services = await startLimitedServices();
const { sqs } = services.clients;
after(() => services.close());

type Queue = { url: string; arn: string };
let made = 0;

async function queue(attributes: Record<string, string> = {}): Promise<Queue> {
  made += 1;
  const QueueName = `q${made}${attributes['FifoQueue'] === 'true' ? '.fifo' : ''}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
  return { url: QueueUrl ?? '', arn: queueArn(QueueName) };
}

/** A queue whose messages are dead letters after one receive. */
async function queueWithDeadLetters(
  fifo: Record<string, string> = {},
): Promise<{ source: Queue; dead: Queue }> {
  const dead = await queue(fifo);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  return { dead, source: await queue({ ...fifo, RedrivePolicy }) };
}

const FIFO = { FifoQueue: 'true' };

async function send({ url }: Queue, body: string, group?: string): Promise<void> {
  const ofGroup = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: body };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: body,
      MessageAttributes: { team: { DataType: 'String', StringValue: 'acme' } },
      ...ofGroup,
    }),
  );
}

/** The next message, which stays in the hands of the receiver. */
async function receive({ url }: Queue) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      VisibilityTimeout: 600,
    }),
  );
  return Messages[0];
}

/** Receives messages once and gives them back, and looks again: they are dead letters then. */
async function fail(source: Queue, count: number): Promise<void> {
  for (let times = 0; times < count; times += 1) {
    const ReceiptHandle = (await receive(source))?.ReceiptHandle;
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: source.url, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    assert.equal(times === count - 1 ? await receive(source) : undefined, undefined);
  }
}

/** Takes all that a queue has to give. */
async function bodies(from: Queue): Promise<(string | undefined)[]> {
  const found = [];
  for (let message = await receive(from); message !== undefined; message = await receive(from)) {
    found.push(message.Body);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: from.url, ReceiptHandle: message.ReceiptHandle }));
  }
  return found;
}

const start = (
  SourceArn: string,
  more: { DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number } = {},
) => sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }));

const tasksOf = async ({ arn }: Queue, MaxResults?: number) =>
  (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults }))).Results ?? [];

/** The newest task, once it has come to its end. */
async function ended(dead: Queue) {
  for (;;) {
    const [task] = await tasksOf(dead);
    if (task?.Status !== 'RUNNING' && task?.Status !== 'CANCELLING') return task;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('Dead letters that are sent back', () => {
  let source: Queue;
  let dead: Queue;
  beforeEach(async () => {
    ({ source, dead } = await queueWithDeadLetters());
    await send(source, 'one');
    await fail(source, 1);
  });

  it('go to the queue that they came from, as new messages, with their attributes', async () => {
    const { TaskHandle } = await start(dead.arn);
    assert.notEqual(TaskHandle, undefined);
    const task = await ended(dead);
    assert.deepEqual(
      [task?.Status, task?.ApproximateNumberOfMessagesMoved, task?.ApproximateNumberOfMessagesToMove],
      ['COMPLETED', 1, 1],
    );
    assert.deepEqual(
      [task?.TaskHandle, task?.DestinationArn, task?.SourceArn],
      [undefined, undefined, dead.arn],
    );
    const message = await receive(source);
    assert.equal(message?.Body, 'one');
    assert.equal(message?.Attributes?.['ApproximateReceiveCount'], '1');
    assert.equal(message?.MessageAttributes?.['team']?.StringValue, 'acme');
    assert.deepEqual(await bodies(dead), []);
  });

  it('go to another queue of the same type where one is named', async () => {
    const other = await queue();
    await start(dead.arn, { DestinationArn: other.arn });
    assert.equal((await ended(dead))?.DestinationArn, other.arn);
    assert.deepEqual(await bodies(other), ['one']);
    await assert.rejects(start(dead.arn, { DestinationArn: (await queue(FIFO)).arn }), /same type/);
  });

  it('stay where somebody has received them', async () => {
    await receive(dead);
    await start(dead.arn);
    assert.equal((await ended(dead))?.ApproximateNumberOfMessagesMoved, 0);
    assert.deepEqual(await bodies(source), []);
  });

  it('stay where they came from no queue, and the task says so', async () => {
    assert.deepEqual(await bodies(dead), ['one']);
    await send(dead, 'sent here');
    await start(dead.arn);
    const task = await ended(dead);
    assert.deepEqual([task?.Status, task?.FailureReason], ['FAILED', 'CouldNotDetermineMessageSource']);
    assert.deepEqual(await bodies(dead), ['sent here']);
  });

  /** So many that a task that moves one per second is not done before somebody has done something about it. */
  const MANY = 30;
  async function many(): Promise<void> {
    for (let index = 1; index < MANY; index += 1) await send(source, 'more');
    await fail(source, MANY - 1);
  }

  it('stop where their destination is deleted meanwhile', async () => {
    await many();
    const other = await queue();
    await start(dead.arn, { DestinationArn: other.arn, MaxNumberOfMessagesPerSecond: 1 });
    await sqs.send(new DeleteQueueCommand({ QueueUrl: other.url }));
    const task = await ended(dead);
    assert.deepEqual(
      [task?.Status, task?.FailureReason],
      ['FAILED', 'AWS.SimpleQueueService.NonExistentQueue'],
    );
    const moved = Number(task?.ApproximateNumberOfMessagesMoved);
    assert.equal((await bodies(dead)).length, MANY - moved);
  });

  it('are moved by one task at a time, which can be cancelled', async () => {
    await many();
    const { TaskHandle } = await start(dead.arn, { MaxNumberOfMessagesPerSecond: 1 });
    await assert.rejects(start(dead.arn), /There is already a task running/);
    assert.deepEqual(
      (await tasksOf(dead)).map((task) => [task.Status, task.TaskHandle, task.MaxNumberOfMessagesPerSecond]),
      [['RUNNING', TaskHandle, 1]],
    );
    await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    const task = await ended(dead);
    assert.equal(task?.Status, 'CANCELLED');
    await assert.rejects(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })), /RUNNING/);
    const moved = Number(task?.ApproximateNumberOfMessagesMoved);
    await start(dead.arn);
    assert.equal((await ended(dead))?.ApproximateNumberOfMessagesMoved, MANY - moved);
    assert.deepEqual(
      (await tasksOf(dead, 10)).map(({ Status }) => Status),
      ['COMPLETED', 'CANCELLED'],
      'newest first',
    );
    assert.equal((await tasksOf(dead)).length, 1, 'one unless more are asked for');
    assert.equal((await bodies(source)).length, MANY);
  });
});

describe('Dead letters of a FIFO queue', () => {
  it('go back in the order of their group, though they were sent less than five minutes ago', async () => {
    const { source, dead } = await queueWithDeadLetters(FIFO);
    for (const body of ['one', 'two', 'three']) await send(source, body, 'product');
    await fail(source, 3);
    await start(dead.arn);
    assert.equal((await ended(dead))?.ApproximateNumberOfMessagesMoved, 3);
    const first = await receive(source);
    assert.deepEqual([first?.Body, first?.Attributes?.['MessageGroupId']], ['one', 'product']);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: source.url, ReceiptHandle: first?.ReceiptHandle }));
    assert.deepEqual(await bodies(source), ['two', 'three']);
  });
});

describe('SQS refuses to move', () => {
  const refusal = async (work: Promise<unknown>): Promise<[string, string, number]> => {
    try {
      await work;
    } catch (error) {
      assert.ok(error instanceof Error && '$metadata' in error);
      const metadata: unknown = error.$metadata;
      assert.ok(typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata);
      return [error.name, error.message, Number(metadata.httpStatusCode)];
    }
    throw new Error('was accepted');
  };

  it('messages of a queue that is no dead-letter queue, or that is not there', async () => {
    const { arn } = await queue();
    assert.deepEqual(await refusal(start(arn)), [
      'InvalidParameterValue',
      'Source queue must be configured as a Dead Letter Queue.',
      400,
    ]);
    assert.deepEqual(await refusal(start(queueArn('nowhere'))), [
      'ResourceNotFoundException',
      "The resource that you specified for the SourceArn parameter doesn't exist.",
      404,
    ]);
  });

  it('to a queue that is not there, or faster than 500 per second', async () => {
    const { dead } = await queueWithDeadLetters();
    assert.match(
      (await refusal(start(dead.arn, { DestinationArn: queueArn('nowhere') })))[1],
      /DestinationArn/,
    );
    assert.equal((await refusal(start(dead.arn, { MaxNumberOfMessagesPerSecond: 501 })))[2], 400);
  });

  it('where it cannot tell from which of two queues a message came', async () => {
    const { dead } = await queueWithDeadLetters();
    await queue({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }) });
    assert.match((await refusal(start(dead.arn)))[1], /give DestinationArn/);
  });

  it('for a handle of no task', async () => {
    const cancel = (TaskHandle: string) =>
      refusal(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle })));
    const { dead } = await queueWithDeadLetters();
    const handle = (sourceArn: string) =>
      Buffer.from(JSON.stringify({ taskId: 'none', sourceArn })).toString('base64');
    assert.deepEqual((await cancel('nonsense')).slice(1), [
      'Value for parameter TaskHandle is invalid.',
      400,
    ]);
    assert.deepEqual((await cancel(handle(dead.arn))).slice(1), ['Task does not exist.', 404]);
    assert.equal((await cancel(handle(queueArn('nowhere'))))[2], 404);
  });
});
