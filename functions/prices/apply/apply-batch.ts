import { explain } from '../../app-store-connect/explain-error.ts';
import type { QueueMessage } from '../../platform/aws/sqs-batch.ts';
import { formatProblems, JobError } from '../../platform/errors.ts';
import { problemsOf } from '../../platform/validation/problems.ts';
import { readJson } from '../../platform/validation/read-json.ts';
import { type ChangeMessage, changeMessageSchema, type PostponeMessage } from '../store/change-queue.ts';
import { applyChange } from './apply-change.ts';
import type { ApplyDependencies } from './context/apply-dependencies.ts';

/**
 * Works on messages in their order. One that must come back is postponed and reported as failed, and with it all
 * behind it: within a FIFO group nothing may overtake.
 *
 * @returns the ids to be received again
 */
export async function applyBatch(
  deps: ApplyDependencies,
  postpone: PostponeMessage,
  messages: readonly QueueMessage[],
): Promise<string[]> {
  for (const [index, message] of messages.entries()) {
    const again = await applyMessage(deps, postpone, message);
    if (again) return messages.slice(index).map(({ id }) => id);
  }
  return [];
}

/** Throws JobError `MESSAGE_INVALID`. */
function parseMessage(body: string): ChangeMessage {
  const read = readJson(body, '(message)');
  const parsed = read.kind === 'ok' ? changeMessageSchema.safeParse(read.value) : undefined;
  if (parsed?.success) return parsed.data;
  const problems =
    read.kind === 'rejected' ? read.problems : problemsOf(parsed?.error.issues ?? [], '(message)');
  throw new JobError({
    code: 'MESSAGE_INVALID',
    message: `The message names no price change:\n${formatProblems(problems)}`,
    retryable: false,
  });
}

/** @returns whether the message must be received again */
async function applyMessage(
  deps: ApplyDependencies,
  postpone: PostponeMessage,
  { receiptHandle, body, id }: QueueMessage,
): Promise<boolean> {
  try {
    const { team, changeId } = parseMessage(body);
    const result = await applyChange(deps, team, changeId);
    if (result.kind === 'done') return false;
    const { afterMillis, reason } = result;
    deps.log.info('Price change goes on later', { team, changeId, afterMillis, reason });
    await postpone(receiptHandle, afterMillis);
    return true;
  } catch (error) {
    deps.log.error('Price change could not be processed; its message is received again, then dead-lettered', {
      id,
      error,
      diagnoses: explain(error),
    });
    return true;
  }
}
