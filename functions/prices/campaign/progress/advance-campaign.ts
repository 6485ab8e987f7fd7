import { forEachConcurrently } from '../../../platform/util/concurrency.ts';
import { unreachable } from '../../../platform/validation/outcome.ts';
import { boundedProblems } from '../../../platform/validation/problems.ts';
import { TransitionConflictError } from '../../store/change-transitions.ts';
import { closedEvent } from '../../store/price-events.ts';
import { campaignEnded, campaignReturned } from '../model/campaign-events.ts';
import type { CampaignRecord, MemberRecords } from '../model/campaign-record.ts';
import { CampaignConflictError } from '../model/campaign-transitions.ts';
import { type CampaignStep, nextCampaignStep } from '../model/next-step.ts';
import type { CampaignDependencies } from './campaign-dependencies.ts';
import { readMembers } from './campaign-members.ts';
import { judgeCampaign } from './judge-campaign.ts';
import { publishCampaignEvents } from './publish-campaign-events.ts';
import { rejectCampaign } from './reject-campaign.ts';
import { releaseMembers } from './release-members.ts';

const CONCURRENCY = 8;
/** From planning to its end a campaign takes fewer steps; more would be a fault of ours. */
const MAXIMUM_STEPS = 8;

/**
 * Goes on with a campaign as far as its members allow: judges the whole once all are planned, lets them begin together,
 * tells the end. Called whenever a member rests, and by the sweep. Can be repeated at any time: each step is decided by
 * one write of the campaign's record, and members move by their own.
 */
export async function advanceCampaign(deps: CampaignDependencies, team: string, name: string): Promise<void> {
  /** The record as this worker wrote it: whoever made a step publishes its event, and nobody else but the sweep. */
  let written: CampaignRecord | undefined;
  try {
    let record = await deps.campaigns.campaign(team, name);
    for (let steps = 0; record !== undefined && steps < MAXIMUM_STEPS; steps += 1) {
      const members = await readMembers(deps, record);
      const next = await takeStep(deps, record, members, nextCampaignStep(record, members));
      if (next !== undefined && next.rev > record.rev) written = next;
      record = next;
    }
  } catch (error) {
    if (!(error instanceof CampaignConflictError)) throw error;
    deps.log.info('Another worker has gone on with this campaign', { team, campaign: name });
  }
  if (written !== undefined) await publishCampaignEvents(deps, written);
}

/** @returns the record after the step; `undefined`: nothing more can be done now */
async function takeStep(
  deps: CampaignDependencies,
  record: CampaignRecord,
  members: MemberRecords,
  step: CampaignStep,
): Promise<CampaignRecord | undefined> {
  const { campaigns, log } = deps;
  const { team, campaign } = record;
  switch (step.kind) {
    case 'none':
    // The sweep registers what is missing: it has the requests' own checks.
    case 'register':
      return undefined;
    case 'judge':
    case 'judgeAgain':
      return judgeCampaign(deps, record, members, step.kind === 'judgeAgain');
    case 'reject':
      return rejectCampaign(deps, record, members, step.problems);
    case 'release':
      await releaseMembers(deps, record, members, step.members);
      return undefined;
    case 'finish': {
      const { state, outcome } = step;
      const problems = boundedProblems(step.problems);
      const event = campaignEnded(record, state, { outcome, problems, members });
      log.info('Price campaign finished', { team, campaign, state, outcome });
      const returnsOn = returnDay(members);
      return campaigns.transition(record, { kind: 'finish', state, outcome, problems, event, returnsOn });
    }
    case 'withdrawMembers':
      await withdrawMembers(deps, record, members, step.members);
      return record;
    case 'close':
      return campaigns.transition(record, { kind: 'close', returnsOn: returnDay(members) });
    case 'return': {
      const event = campaignReturned(record, step.outcome);
      return campaigns.transition(record, { kind: 'return', outcome: step.outcome, event });
    }
    default:
      return unreachable(step);
  }
}

/** The last day on which a temporary price of a subscription ends. */
const returnDay = (members: MemberRecords): string | undefined =>
  members
    .flatMap((member) => (member?.wayBack === undefined ? [] : [member.wayBack.on]))
    .toSorted()
    .at(-1);

/** Members that wait will not begin any more. What an earlier plan of one has sent stays, and is said. */
async function withdrawMembers(
  { ledger, log }: Pick<CampaignDependencies, 'ledger' | 'log'>,
  { campaign, state, request }: CampaignRecord,
  members: MemberRecords,
  indexes: readonly number[],
): Promise<void> {
  await forEachConcurrently(indexes, CONCURRENCY, async (index) => {
    const member = members[index];
    if (member === undefined) return;
    const by = request.requestedBy;
    const reason = `the campaign ${campaign} was ${state}`;
    const outcome = `withdrawn: ${reason}${member.everSent ? '; what was sent before stays' : '; nothing was sent'}`;
    const event = closedEvent(member, 'withdraw', { by, note: reason });
    try {
      await ledger.transition(member, { kind: 'withdraw', by, reason, outcome, event, problems: [] });
    } catch (error) {
      if (!(error instanceof TransitionConflictError)) throw error;
      log.info('A member of a campaign moved while it was withdrawn', { changeId: member.changeId });
    }
  });
}
