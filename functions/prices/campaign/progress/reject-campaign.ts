import type { Problem } from '../../../platform/errors.ts';
import { boundedProblems } from '../../../platform/validation/problems.ts';
import { campaignEnded } from '../model/campaign-events.ts';
import type { CampaignRecord, MemberRecords } from '../model/campaign-record.ts';
import type { CampaignDependencies } from './campaign-dependencies.ts';

/** Ends a campaign of which nothing was sent, with why. */
export function rejectCampaign(
  { campaigns, log }: Pick<CampaignDependencies, 'campaigns' | 'log'>,
  record: CampaignRecord,
  members: MemberRecords,
  allProblems: readonly Problem[],
): Promise<CampaignRecord> {
  const { team, campaign } = record;
  const problems = boundedProblems(allProblems);
  const outcome = `rejected: nothing was sent for any of ${members.length} products`;
  const event = campaignEnded(record, 'rejected', { outcome, problems, members });
  log.warn('Price campaign rejected', { team, campaign, problems });
  return campaigns.transition(record, { kind: 'reject', problems, outcome, event });
}
