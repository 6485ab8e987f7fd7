import type { KeyLedger } from '../store/key-ledger.ts';
import { parseNoticeText } from './send-notice.ts';

/**
 * Notes that messages were delivered, by the ids they carried. Whoever sent one and died before it could note that
 * is thereby known to have sent it. A message that is no notice about a key is left alone.
 */
export async function recordDelivery(ledger: KeyLedger, ids: readonly (string | undefined)[]): Promise<void> {
  for (const id of ids) {
    const notice = parseNoticeText(id ?? '');
    if (notice !== undefined) await ledger.noteSent(notice);
  }
}
