import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { JobError } from '../../platform/errors.ts';

/** Puts messages on the report queue, whatever they ask for. */
type QueueMessages = (messages: readonly { message: object; group: string }[]) => Promise<void>;

/** SQS takes ten messages a call. */
const MESSAGES_PER_CALL = 10;

/**
 * The report queue. Each message carries its key's group, so that SQS's fair queues keep one team's backlog
 * from holding up the others.
 *
 * Throws JobError `MESSAGES_REFUSED` when SQS refused any; the planner's next run queues them again.
 */
export function createReportQueue(sqs: SQSClient, queueUrl: string): QueueMessages {
  return async (messages) => {
    for (let start = 0; start < messages.length; start += MESSAGES_PER_CALL) {
      const entries = messages.slice(start, start + MESSAGES_PER_CALL).map(({ message, group }, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message),
        MessageGroupId: group,
      }));
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      );
      if (Failed.length > 0) {
        throw new JobError({
          code: 'MESSAGES_REFUSED',
          message: `SQS refused ${Failed.length} of ${entries.length} messages (${Failed.map(({ Code }) => Code).join(', ')}); the planner's next run queues them again`,
          retryable: true,
        });
      }
    }
  };
}
