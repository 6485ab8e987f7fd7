import { queueArn, REGION } from '../base/account.ts';
import { isObject, type JsonObject, parseObject, textOf } from '../base/json.ts';
import type { QueueMessage, Queues } from './queues.ts';
import type { DeployedFunction, Runtime } from './runtime.ts';

/** A queue that feeds a function. */
export type SourceMapping = {
  queue: string;
  target: DeployedFunction;
  batchSize: number;
  reportBatchItemFailures: boolean;
  maximumConcurrency: number;
};

/**
 * When a failed message comes back: after the queue's visibility timeout, as in AWS, or at once, so that a
 * laptop run does not wait minutes. One that the function itself has postponed comes back after a second then.
 */
export type Redelivery = 'visibility-timeout' | 'at-once';

export type SqsPump = {
  add(mapping: SourceMapping): void;
  pause(): void;
  resume(): void;
  /** A queue may have got a message: looks at once. */
  wake(): void;
  /** No message is being received or worked on, and none waits that could be received now. */
  isStill(): boolean;
  /** Queues that feed a function and the batches now being worked on. */
  mapped(): readonly string[];
  inFlight(): number;
  /** Is told that a function set a message's visibility itself. */
  noteVisibility(receiptHandle: string): void;
  close(): Promise<void>;
};

export type PumpOptions = {
  queues: Queues;
  runtime: Runtime;
  redelivery: Redelivery;
};

/** Between two looks at a queue while something is going on. */
const BRIEF_MILLIS = 20;
/** Between two looks at a queue of which nothing was heard: messages that were delayed or hidden become visible. */
const IDLE_MILLIS = 250;
/** `at-once`: a message that a function has postponed by the simulated clock comes back after so many real seconds. */
const POSTPONED_SECONDS = 1;

/** Polls queues and invokes functions, as Lambda's event source mappings do. */
export function createSqsPump({ queues, runtime, redelivery }: PumpOptions): SqsPump {
  const mappings: SourceMapping[] = [];
  const pollers: Promise<void>[] = [];
  const batches = new Set<Promise<void>>();
  const ownVisibility = new Set<string>();
  let open = true;
  let paused = false;
  let receiving = 0;
  let woken = Promise.withResolvers<void>();
  /** Whose queue had nothing to give at the last look, and has got nothing since. */
  const emptied = new Set<SourceMapping>();
  const wake = (): void => {
    emptied.clear();
    woken.resolve();
    woken = Promise.withResolvers();
  };

  const poll = async (mapping: SourceMapping): Promise<void> => {
    const ofMapping = new Set<Promise<void>>();
    while (open) {
      if (paused || ofMapping.size >= mapping.maximumConcurrency) {
        await Promise.race([pauseBriefly(), ...ofMapping]);
        continue;
      }
      // Taken before the look: who sends a message meanwhile is heard.
      const news = woken.promise;
      receiving += 1;
      const messages = await queues.receive(mapping.queue, Math.min(10, mapping.batchSize)).finally(() => {
        receiving -= 1;
      });
      if (messages.length === 0) {
        if (news === woken.promise) emptied.add(mapping);
        await pauseBriefly();
        await untilEither(news, IDLE_MILLIS);
        continue;
      }
      const batch = work(mapping, messages).finally(() => {
        ofMapping.delete(batch);
        batches.delete(batch);
        // What it gave back, or what waited behind it in its group.
        wake();
      });
      ofMapping.add(batch);
      batches.add(batch);
    }
  };

  const work = async (mapping: SourceMapping, messages: readonly QueueMessage[]): Promise<void> => {
    const { outcome } = await runtime.invoke(mapping.target, {
      Records: messages.map(recordOf(mapping.queue)),
    });
    if (!open) return;
    const failed = outcome.ok
      ? failedIds(outcome.payload, messages, mapping.reportBatchItemFailures)
      : new Set(messages.map(({ MessageId }) => MessageId));
    // Last failed message first: each goes back to the head of its queue or group, so the order stays.
    for (const { MessageId, ReceiptHandle } of messages.toReversed()) {
      if (!failed.has(MessageId)) {
        await queues.delete(mapping.queue, ReceiptHandle);
      } else if (redelivery === 'at-once') {
        const VisibilityTimeout = ownVisibility.delete(ReceiptHandle) ? POSTPONED_SECONDS : 0;
        await queues.changeVisibility(mapping.queue, ReceiptHandle, VisibilityTimeout);
      }
    }
  };

  return {
    add(mapping) {
      mappings.push(mapping);
      pollers.push(poll(mapping));
    },
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    wake,
    isStill: () =>
      receiving === 0 && batches.size === 0 && (paused || mappings.every((mapping) => emptied.has(mapping))),
    mapped: () => [...new Set(mappings.map(({ queue }) => queue))],
    inFlight: () => batches.size,
    noteVisibility: (receiptHandle) => void ownVisibility.add(receiptHandle),
    async close() {
      open = false;
      wake();
      await Promise.all([...pollers, ...batches]);
    },
  };
}

const pauseBriefly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BRIEF_MILLIS));

/** Waits for news, but not for longer than this. */
function untilEither(news: Promise<void>, millis: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, millis);
  return Promise.race([news, promise]).finally(() => clearTimeout(timer));
}

/** A message as Lambda puts it into a function's event. */
const recordOf =
  (queue: string) =>
  (message: QueueMessage): JsonObject => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, value]) => [
        name,
        {
          stringValue: value.StringValue,
          ...(value.BinaryValue !== undefined && { binaryValue: value.BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: value.DataType,
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn(queue),
    awsRegion: REGION,
  });

/** Which messages the answer leaves in the queue. As in Lambda, an answer that makes no sense fails them all. */
export function failedIds(
  payload: string,
  messages: readonly QueueMessage[],
  reporting: boolean,
): Set<string | undefined> {
  if (!reporting) return new Set();
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  const failures = parseObject(payload)['batchItemFailures'] ?? [];
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure) => (isObject(failure) ? textOf(failure, 'itemIdentifier') : undefined));
  return ids.every((id) => id !== undefined && all.has(id)) ? new Set(ids) : all;
}
