import type { QueueChange } from '../../store/change-queue.ts';
import { isOver } from '../../store/change-record.ts';
import type { MemberRecords } from '../model/campaign-record.ts';

/**
 * Lets the function that writes at Apple look at a campaign: the message of a member at rest does nothing else. Harmless
 * at any time.
 */
export async function wakeCampaign(
  { queueChange }: { queueChange: QueueChange },
  members: MemberRecords,
): Promise<void> {
  const resting = members.find(
    (member) => member !== undefined && (member.state === 'planned' || isOver(member)),
  );
  const any = resting ?? members.find((member) => member !== undefined);
  if (any !== undefined) await queueChange(any);
}
