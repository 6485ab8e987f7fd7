import type { SQSBatchResponse } from 'aws-lambda';
import * as z from 'zod';
import { invalidEvent, readEvent } from '../validation/incoming-event.ts';

/** A message of a batch. What a record lacks is empty, so that it fails alone and as a message. */
export type QueueMessage = { id: string; receiptHandle: string; body: string };

const text = z.string().catch('');
const NOTHING = { messageId: '', receiptHandle: '', body: '' };
const batchSchema = z.object({
  Records: z.array(z.object({ messageId: text, receiptHandle: text, body: text }).catch(NOTHING)),
});

/**
 * Has the messages of a queue's event worked on, and answers which of them must be received again.
 *
 * @param work answers with the ids of those messages
 * @throws JobError `EVENT_INVALID` for what is no batch, and, after the work, when a message that must come back
 *   has no id: then all come back
 */
export async function processSqsBatch(
  event: unknown,
  work: (messages: QueueMessage[]) => Promise<readonly string[]>,
): Promise<SQSBatchResponse> {
  const { Records } = readEvent(batchSchema, event, 'The event is no batch of messages from a queue:');
  const failed = await work(Records.map(({ messageId, ...message }) => ({ id: messageId, ...message })));
  if (failed.includes(''))
    throw invalidEvent('A message must be received again, but cannot be named; all of its batch are:', [
      { path: 'Records.messageId', message: 'is missing; SQS sets it' },
    ]);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
