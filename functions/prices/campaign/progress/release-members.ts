import type { Log } from '../../../platform/logging/log.ts';
import { forEachConcurrently } from '../../../platform/util/concurrency.ts';
import { productKey } from '../../request/product.ts';
import type { QueueChange } from '../../store/change-queue.ts';
import { TransitionConflictError } from '../../store/change-transitions.ts';
import type { PriceLedger } from '../../store/price-ledger.ts';
import type { CampaignRecord, MemberRecords } from '../model/campaign-record.ts';

const CONCURRENCY = 8;

/**
 * Lets members begin whose plan is the one in the campaign's plan. The campaign's record says already that they may: a
 * crash in between is made good by whoever looks at it next.
 */
export async function releaseMembers(
  {
    ledger,
    queueChange,
    log,
  }: { ledger: Pick<PriceLedger, 'nextSeq' | 'transition'>; queueChange: QueueChange; log: Log },
  { team, campaign, approval }: CampaignRecord,
  members: MemberRecords,
  indexes: readonly number[],
): Promise<void> {
  await forEachConcurrently(indexes, CONCURRENCY, async (index) => {
    const member = members[index];
    if (member?.planSha256 === undefined) return;
    const seq = await ledger.nextSeq(productKey(team, member.request.product));
    try {
      const released = await ledger.transition(member, {
        kind: 'approve',
        by: approval?.by ?? `campaign ${campaign}, which needs no approval`,
        planSha256: member.planSha256,
        seq,
        ...(approval?.origin && { origin: approval.origin }),
      });
      await queueChange(released);
    } catch (error) {
      if (!(error instanceof TransitionConflictError)) throw error;
      log.info('A member of a campaign moved while it was released', { changeId: member.changeId });
    }
  });
  log.info('Members of a price campaign begin', { team, campaign, members: indexes.length });
}
