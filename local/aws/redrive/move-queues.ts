import * as z from 'zod';
import { LocalCloudError } from '../base/errors.ts';
import type { Backend } from '../base/http-message.ts';
import { parseJson } from '../base/json.ts';
import { createQueueCall, createQueues, type QueueMessage } from '../runtime/queues.ts';

/** A queue as a move needs it. */
export type MoveQueue = {
  name: string;
  isFifo: boolean;
  /** Messages that could be received now. */
  visible: number;
  /** So many times a message is received before it becomes a dead letter; 0 where it never does. */
  maximumReceives: number;
};

/** What moving dead letters does with queues. */
export type MoveQueues = {
  find(name: string): Promise<MoveQueue | undefined>;
  /** The queues that have this one as their dead-letter queue. */
  feeding(deadLetterArn: string): Promise<MoveQueue[]>;
  take(queue: MoveQueue): Promise<QueueMessage | undefined>;
  giveBack(queue: MoveQueue, message: QueueMessage): Promise<void>;
  remove(queue: MoveQueue, message: QueueMessage): Promise<void>;
  /** @returns whether the queue is still there */
  send(queue: MoveQueue, message: QueueMessage): Promise<boolean>;
};

const ATTRIBUTES = ['FifoQueue', 'ApproximateNumberOfMessages', 'RedrivePolicy'];
const attributesSchema = z.object({ Attributes: z.record(z.string(), z.string()).default({}) });
const listSchema = z.object({ QueueUrls: z.array(z.string()).default([]) });
const policySchema = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

/** Queues of an emulator of SQS, past the gateway: AWS moves messages itself. */
export function createMoveQueues(emulator: Backend): MoveQueues {
  const call = createQueueCall(emulator);
  const queues = createQueues(emulator);
  const described = async (name: string): Promise<(MoveQueue & { deadLetterArn?: string }) | undefined> => {
    const { status, body } = await call('GetQueueAttributes', name, { AttributeNames: ATTRIBUTES });
    if (status !== 200) return undefined;
    const { Attributes } = attributesSchema.parse(body);
    const policy = policySchema.safeParse(parseJson(Attributes['RedrivePolicy'] ?? '')).data;
    return {
      name,
      isFifo: Attributes['FifoQueue'] === 'true',
      visible: Number(Attributes['ApproximateNumberOfMessages']),
      maximumReceives: policy?.maxReceiveCount ?? 0,
      ...(policy !== undefined && { deadLetterArn: policy.deadLetterTargetArn }),
    };
  };
  return {
    find: described,
    feeding: async (deadLetterArn) => {
      const { QueueUrls } = listSchema.parse((await call('ListQueues', '', {})).body);
      const all = await Promise.all(QueueUrls.map((url) => described(url.split('/').at(-1) ?? '')));
      return all
        .filter((queue) => queue !== undefined)
        .filter((queue) => queue.deadLetterArn === deadLetterArn);
    },
    take: async ({ name }) => (await queues.receive(name, 1))[0],
    giveBack: ({ name }, { ReceiptHandle }) => queues.changeVisibility(name, ReceiptHandle, 0),
    remove: ({ name }, { ReceiptHandle }) => queues.delete(name, ReceiptHandle),
    send: async ({ name, isFifo }, { MessageId, Body, Attributes, MessageAttributes }) => {
      const { status, body } = await call('SendMessage', name, {
        MessageBody: Body,
        MessageAttributes,
        ...(isFifo && {
          MessageGroupId: Attributes['MessageGroupId'],
          MessageDeduplicationId: MessageId,
        }),
      });
      if (status === 200) return true;
      if ((await described(name)) === undefined) return false;
      throw new LocalCloudError(
        'EMULATOR_FAILED',
        `SendMessage to ${name}: ${status} ${JSON.stringify(body)}`,
      );
    },
  };
}
