import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { queueUrl, REGION } from '../base/account.ts';
import type { Backend } from '../base/http-message.ts';
import { parseJson } from '../base/json.ts';

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({
        DataType: z.string(),
        StringValue: z.string().optional(),
        /** Base64. */
        BinaryValue: z.string().optional(),
      }),
    )
    .default({}),
});

/** A message as SQS gives it. */
export type QueueMessage = z.infer<typeof messageSchema>;

const receivedSchema = z.object({ Messages: z.array(messageSchema).default([]) });
const attributesSchema = z.object({ Attributes: z.record(z.string(), z.string()).default({}) });
const errorSchema = z.object({ __type: z.string() });

/** What Lambda's poller and CloudWatch do with queues: past the gateway, whose faults are for functions. */
export type Queues = {
  receive(queue: string, maximum: number): Promise<QueueMessage[]>;
  delete(queue: string, receiptHandle: string): Promise<void>;
  /** Nothing happens where the message is visible already: its function has given it back at once. */
  changeVisibility(queue: string, receiptHandle: string, seconds: number): Promise<void>;
  /** Messages waiting or in flight. */
  depth(queue: string): Promise<number>;
  purge(queue: string): Promise<void>;
};

/** Calls an emulator of SQS in this process, in its JSON protocol: no SDK, no connection. */
export const createQueueCall =
  (emulator: Backend) =>
  async (operation: string, queue: string, input: object): Promise<{ status: number; body: unknown }> => {
    const { status, body } = await emulator({
      service: 'sqs',
      operation,
      resource: queue,
      caller: 'local',
      method: 'POST',
      path: '/',
      headers: {
        host: '127.0.0.1',
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AmazonSQS.${operation}`,
        'x-amz-date': '20261124T000000Z',
        authorization: `AWS4-HMAC-SHA256 Credential=local/20261124/${REGION}/sqs/aws4_request, SignedHeaders=host, Signature=0`,
        'amz-sdk-invocation-id': randomUUID(),
      },
      body: Buffer.from(JSON.stringify({ QueueUrl: queueUrl('http://127.0.0.1', queue), ...input })),
    });
    return { status, body: parseJson(body.toString('utf8')) };
  };

/** The queues of an emulator, as {@link Queues}. */
export function createQueues(emulator: Backend): Queues {
  const call = createQueueCall(emulator);
  const must = async (operation: string, queue: string, input: object = {}): Promise<unknown> => {
    const { status, body } = await call(operation, queue, input);
    if (status !== 200) throw new Error(`${operation} of ${queue}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    receive: async (queue, maximum) =>
      receivedSchema.parse(
        await must('ReceiveMessage', queue, {
          MaxNumberOfMessages: maximum,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      ).Messages,
    delete: async (queue, ReceiptHandle) => void (await must('DeleteMessage', queue, { ReceiptHandle })),
    changeVisibility: async (queue, ReceiptHandle, VisibilityTimeout) => {
      const { status, body } = await call('ChangeMessageVisibility', queue, {
        ReceiptHandle,
        VisibilityTimeout,
      });
      const isVisible = errorSchema.safeParse(body).data?.__type.includes('MessageNotInflight') === true;
      if (status !== 200 && !isVisible)
        throw new Error(`ChangeMessageVisibility of ${queue}: ${status} ${JSON.stringify(body)}`);
    },
    depth: async (queue) => {
      const input = {
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      };
      const { Attributes } = attributesSchema.parse(await must('GetQueueAttributes', queue, input));
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    },
    purge: async (queue) => void (await must('PurgeQueue', queue)),
  };
}
