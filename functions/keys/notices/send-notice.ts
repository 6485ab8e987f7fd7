import type { Notification, SendNotification } from '../../platform/aws/sns-notifier.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { KeyLedger, NoticeId } from '../store/key-ledger.ts';

/** A message about a key that is sent once. */
export type Notice = NoticeId & Omit<Notification, 'id'>;

/** The id that travels with the message, and back with the note of its delivery. */
export const noticeText = ({ keyId, step }: NoticeId): string => `${keyId}#${step}`;

/** The notice that a delivered message's id names. */
export function parseNoticeText(text: string): NoticeId | undefined {
  const [, keyId, step] = /^([^#]+)#(.+)$/s.exec(text) ?? [];
  return keyId === undefined || step === undefined ? undefined : { keyId, step };
}

/**
 * Sends a notice once: claim, publish, note.
 *
 * Who dies in between leaves a claim that lapses, and the next check sends what is still due. Whether a message went
 * out right before the death is known all the same, as its delivery is noted by a function that subscribes the
 * topic: hence none is lost and none is sent twice. A topic can't be told to drop repeats; only FIFO topics do, and
 * those don't deliver e-mail.
 *
 * @returns whether it is sent by now; `false` where another call is at it
 * @throws what SNS throws; the claim lapses, and a later check tries again
 */
export async function sendOnce(
  deps: { ledger: KeyLedger; notify: SendNotification; log: Log },
  notice: Notice,
): Promise<boolean> {
  const { keyId, step, ...message } = notice;
  const claim = await deps.ledger.claimNotice({ keyId, step });
  // mutation: notice-claimed
  if (claim !== 'won') return claim === 'sent';
  // mutation: send-notice
  await deps.notify({ id: noticeText({ keyId, step }), ...message });
  await deps.ledger.noteSent({ keyId, step });
  deps.log.info('A notice was sent', { keyId, step, subject: message.subject });
  return true;
}
