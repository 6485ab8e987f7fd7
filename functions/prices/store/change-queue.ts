import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import { changeIdSchema } from '../request/price-request.ts';
import { productKey } from '../request/product.ts';
import type { ChangeRecord } from './change-record.ts';

/** A message on the queue of price changes: names a change, holds nothing else. */
export const changeMessageSchema = z.object({ team: teamNameSchema, changeId: changeIdSchema });

export type ChangeMessage = z.output<typeof changeMessageSchema>;

/** Puts a change on the queue. Harmless when it is there already. */
export type QueueChange = (
  record: Pick<ChangeRecord, 'team' | 'changeId' | 'request' | 'rev'>,
) => Promise<void>;

/** A repeat within this time is the same message to SQS, unless the change has moved since. */
const SAME_MESSAGE_MILLIS = MINUTE_MILLIS;

/** The FIFO queue: one group per product, so that one product's changes stay in order and hold up no other's. */
export function createChangeQueue(sqs: SQSClient, queueUrl: string, clock: Clock): QueueChange {
  return async ({ team, changeId, request, rev }) => {
    const moment = Math.floor(clock.now() / SAME_MESSAGE_MILLIS);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({ team, changeId } satisfies ChangeMessage),
        MessageGroupId: productKey(team, request.product),
        MessageDeduplicationId: sha256Hex(`${team}\n${changeId}\n${rev}\n${moment}`),
      }),
    );
  };
}

/** Lets a message be received again after so many milliseconds: it stays at the head of its group. */
export type PostponeMessage = (receiptHandle: string, afterMillis: number) => Promise<void>;

/** SQS takes whole seconds up to twelve hours. */
const MAXIMUM_SECONDS = 12 * 3600;

export function createPostpone(sqs: SQSClient, queueUrl: string): PostponeMessage {
  return async (receiptHandle, afterMillis) => {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.min(MAXIMUM_SECONDS, Math.ceil(afterMillis / 1000)),
      }),
    );
  };
}
