import { readPlan, writePlan } from '../../store/plan-store.ts';
import { campaignEnded, campaignPlanned } from '../model/campaign-events.ts';
import {
  type CampaignPlan,
  campaignPlan,
  campaignSentence,
  memberPlan,
  unchangedMember,
} from '../model/campaign-plan.ts';
import type { CampaignRecord, MemberRecords } from '../model/campaign-record.ts';
import type { CampaignDependencies } from './campaign-dependencies.ts';
import { rejectCampaign } from './reject-campaign.ts';
import { dayProblems, overlaps, wholeProblems } from './whole-limits.ts';

type JudgeDependencies = Pick<
  CampaignDependencies,
  'ledger' | 'campaigns' | 'audit' | 'rules' | 'clock' | 'log'
>;

/**
 * Joins the plans of all members, and holds the whole against the limits: it begins, waits for one approval, or is
 * rejected, as a whole.
 *
 * @param again whether members have begun already: what is left gets another plan, as Apple's prices have moved
 */
export async function judgeCampaign(
  deps: JudgeDependencies,
  record: CampaignRecord,
  members: MemberRecords,
  again: boolean,
): Promise<CampaignRecord> {
  const { campaigns, clock, log } = deps;
  const { team, campaign, request } = record;
  const rules = deps.rules(team);
  const plan = await joinPlans(deps, record, members);
  if (!again) {
    const problems = [
      ...wholeProblems(rules, request, plan.totals.products - plan.totals.unchanged, clock.now()),
      ...(await overlaps(deps, record, record.members)),
    ];
    if (problems.length > 0) return rejectCampaign(deps, record, members, problems);
    if (plan.totals.requests === 0) {
      const outcome = 'applied: Apple had every price already; nothing was sent';
      const event = campaignEnded(record, 'applied', { outcome, problems: [], members });
      return campaigns.transition(record, { kind: 'finish', state: 'applied', outcome, problems: [], event });
    }
  }
  const planKey = await writePlan(
    deps.audit,
    { team, changeId: `campaign/${campaign}`, acceptedAt: record.acceptedAt },
    '000-campaign-plan',
    { ...plan, requestedBy: request.requestedBy, reason: request.reason },
  );
  const planned = {
    planSha256: plan.sha256,
    planKey,
    plan: campaignSentence(plan),
    members: plan.members.map(({ planSha256 }) => planSha256),
  };
  if (plan.approval.length > 0) {
    const { requestedBy } = request;
    const facts = { team, campaign, requestedBy, planKey, plan: planned.plan };
    log.info('Price campaign waits for its approval', facts);
    const event = campaignPlanned(record, plan, planKey);
    return campaigns.transition(record, { kind: 'plan', ...planned, event });
  }
  if (!again) {
    const sent = plan.members.map(({ changeId, product, planSha256 }) => ({ changeId, product, planSha256 }));
    const full = await dayProblems(deps, rules, { team, members: sent });
    if (full.length > 0) return rejectCampaign(deps, record, members, full);
  }
  log.info('Price campaign begins', { team, campaign, plan: planned.plan });
  return campaigns.transition(record, { kind: 'begin', ...planned });
}

/** One after the other: a plan may be close to a megabyte. */
async function joinPlans(
  { audit, rules }: Pick<JudgeDependencies, 'audit' | 'rules'>,
  { team, campaign, members: named }: CampaignRecord,
  members: MemberRecords,
): Promise<CampaignPlan> {
  const parts = [];
  for (const [index, { changeId, product, label }] of named.entries()) {
    const member = members[index];
    parts.push(
      member?.state === 'planned' && member.planKey !== undefined
        ? memberPlan(await readPlan(audit, member), member.planKey, rules(team))
        : unchangedMember(changeId, product, label ?? member?.label),
    );
  }
  return campaignPlan(team, campaign, parts);
}
