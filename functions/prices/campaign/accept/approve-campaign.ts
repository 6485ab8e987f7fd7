import * as z from 'zod';
import { teamNameSchema } from '../../../platform/config/team-name.ts';
import type { Problem } from '../../../platform/errors.ts';
import { problemsOf } from '../../../platform/validation/problems.ts';
import type { AcceptDependencies } from '../../accept/accept-dependencies.ts';
import { teamProblem } from '../../accept/check-request.ts';
import { isSamePerson, showsName } from '../../request/person/same-person.ts';
import type { PriceLedger } from '../../store/price-ledger.ts';
import type { CampaignRecord } from '../model/campaign-record.ts';
import { campaignIdSchema } from '../model/campaign-request.ts';
import { CampaignConflictError } from '../model/campaign-transitions.ts';
import { nextCampaignStep } from '../model/next-step.ts';
import type { CampaignAnswer } from '../progress/campaign-dependencies.ts';
import { readMembers } from '../progress/campaign-members.ts';
import { releaseMembers } from '../progress/release-members.ts';
import { dayProblems, wholeProblems } from '../progress/whole-limits.ts';
import type { CampaignLedger } from '../store/campaign-ledger.ts';

/** The detail of `Price Change Approved` for a campaign, or the same as a direct invoke. */
export const campaignApprovalSchema = z.strictObject({
  team: teamNameSchema,
  campaign: campaignIdSchema,
  planSha256: z
    .string('is missing; it names the plan that was looked at')
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
  by: z.string('is missing; say who approves').max(200).refine(showsName, 'shows no name; say who approves'),
});

export type ApproveCampaignDependencies = Pick<
  AcceptDependencies,
  'settings' | 'clock' | 'queueChange' | 'log' | 'origin'
> & {
  ledger: Pick<PriceLedger, 'change' | 'nextSeq' | 'transition' | 'countAllToday'>;
  campaigns: Pick<CampaignLedger, 'campaign' | 'transition'>;
};

/**
 * One approval for all products of a campaign: one write decides it. Its members begin right after; where that is cut
 * off, the sweep goes on.
 */
export async function approveCampaign(
  deps: ApproveCampaignDependencies,
  json: unknown,
): Promise<CampaignAnswer> {
  const parsed = campaignApprovalSchema.safeParse(json);
  if (!parsed.success) return { status: 'rejected', problems: problemsOf(parsed.error.issues, '(approval)') };
  const { team, campaign, planSha256, by } = parsed.data;
  const refuse = (path: string, message: string): CampaignAnswer => ({
    status: 'rejected',
    campaign,
    problems: [{ path, message }],
  });
  const record = await deps.campaigns.campaign(team, campaign);
  if (record === undefined) return refuse('campaign', `team ${team} has no price campaign of this name`);
  if (record.approval?.planSha256 === planSha256 && record.state !== 'awaitingApproval')
    return { status: 'duplicate', campaign, state: record.state };
  const problem = problemOf(record, planSha256, by);
  if (problem !== undefined) return refuse(...problem);
  const problems = await limitProblems(deps, record);
  if (problems.length > 0) return { status: 'rejected', campaign, problems };
  try {
    const { origin } = deps;
    const approval = { kind: 'approve', by, planSha256, ...(origin && { origin }) } as const;
    const approved = await deps.campaigns.transition(record, approval);
    deps.log.info('A price campaign was approved', { team, campaign, by, planSha256, origin });
    const members = await readMembers(deps, approved);
    const step = nextCampaignStep(approved, members);
    if (step.kind === 'release') await releaseMembers(deps, approved, members, step.members);
  } catch (error) {
    if (!(error instanceof CampaignConflictError)) throw error;
    return refuse('campaign', 'it has moved at this very moment; look again and repeat the approval');
  }
  return { status: 'approved', campaign };
}

function problemOf(
  record: CampaignRecord,
  planSha256: string,
  by: string,
): [path: string, message: string] | undefined {
  const { state, request, planKey } = record;
  if (state !== 'awaitingApproval') {
    const why = state === 'underWay' ? ', and needs none' : '';
    return ['campaign', `it does not wait for an approval: it is ${state}${why}`];
  }
  if (record.planSha256 !== planSha256)
    return ['planSha256', `the plan is another one now: look at ${planKey} and approve ${record.planSha256}`];
  return isSamePerson(by, request.requestedBy)
    ? ['by', `${by} has asked for the campaign; somebody else must approve it`]
    : undefined;
}

/** The campaign begins now: the limits of the whole count today. */
async function limitProblems(
  deps: Pick<ApproveCampaignDependencies, 'settings' | 'clock' | 'ledger'>,
  record: CampaignRecord,
): Promise<Problem[]> {
  const { team, request, members } = record;
  const rules = deps.settings.teams.find(({ name }) => name === team)?.prices;
  const missing = teamProblem(deps.settings, team);
  if (missing !== undefined) return [missing];
  if (rules === undefined) return [];
  const sent = members.filter((member) => member.planSha256 !== undefined).length;
  const problems = wholeProblems(rules, request, sent, deps.clock.now());
  return problems.length > 0 ? problems : dayProblems(deps, rules, record);
}
