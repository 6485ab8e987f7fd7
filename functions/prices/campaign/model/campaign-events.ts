import type { EventDetail } from '../../../events/contract.ts';
import type { Problem } from '../../../platform/errors.ts';
import { sha256Hex } from '../../../platform/util/hash.ts';
import { type CampaignPlan, campaignSentence } from './campaign-plan.ts';
import type { CampaignEvent, CampaignRecord, MemberRecords } from './campaign-record.ts';

/** An event of a campaign. Its id is the same however often the same thing is told. */
function campaignEvent(
  detailType: CampaignEvent['detailType'],
  { team, campaign, request, members, planKey, plan }: CampaignRecord,
  facts: Record<string, unknown>,
  content = '',
): CampaignEvent {
  const { requestedBy, reason } = request;
  const id = sha256Hex(`${detailType}\n${team}\n${campaign}\n${content}`);
  return {
    id,
    detailType,
    detail: {
      ...{ id, team, campaign, products: members.length, requestedBy },
      ...(reason && { reason }),
      ...(planKey && { planKey }),
      ...(plan && { plan }),
      ...facts,
    },
  };
}

/** `Price Campaign Planned`: one approval is needed for all products. */
export const campaignPlanned = (record: CampaignRecord, plan: CampaignPlan, planKey: string): CampaignEvent =>
  campaignEvent(
    'Price Campaign Planned',
    record,
    {
      planSha256: plan.sha256,
      planKey,
      plan: campaignSentence(plan),
      requests: plan.totals.requests,
      territoriesChanged: plan.totals.territoriesChanged,
      approval: plan.approval.slice(0, MAXIMUM_REASONS),
    },
    `${plan.sha256} ${record.rev}`,
  );

const MAXIMUM_REASONS = 50;

type EndState = EventDetail<'Price Campaign Ended'>['state'];

/** `Price Campaign Ended`: how, and what became of each product. */
export const campaignEnded = (
  record: CampaignRecord,
  state: EndState,
  {
    outcome,
    problems,
    members = [],
  }: { outcome: string; problems: readonly Problem[]; members?: MemberRecords },
): CampaignEvent =>
  campaignEvent('Price Campaign Ended', record, {
    ...{ state, outcome, problems },
    members: record.members.map(({ changeId, product, label }, index) => ({
      changeId,
      product: { ...product, ...(members[index]?.label ?? label) },
      state: members[index]?.state ?? 'not begun',
    })),
  });

/** `Price Campaign Returned`: the temporary prices are gone, or stay for a reason. */
export const campaignReturned = (record: CampaignRecord, outcome: string): CampaignEvent =>
  campaignEvent('Price Campaign Returned', record, { outcome });
