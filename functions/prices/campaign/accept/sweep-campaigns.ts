import type { Problem } from '../../../platform/errors.ts';
import { MetricName } from '../../../platform/logging/metrics.ts';
import type { EpochMillis } from '../../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../../platform/util/time.ts';
import { waitingProblem } from '../../accept/sweep-changes.ts';
import { isOver } from '../../store/change-record.ts';
import { campaignEnded, campaignReturned } from '../model/campaign-events.ts';
import type { CampaignRecord, MemberRecords } from '../model/campaign-record.ts';
import { CampaignConflictError } from '../model/campaign-transitions.ts';
import { campaignProgress, nextCampaignStep } from '../model/next-step.ts';
import type { AcceptCampaignDependencies } from '../progress/campaign-dependencies.ts';
import { readMembers } from '../progress/campaign-members.ts';
import { publishCampaignEvents } from '../progress/publish-campaign-events.ts';
import { registerAll } from './accept-campaign.ts';
import { wakeCampaign } from './wake-campaign.ts';

/** A campaign is woken by the sweep, every five minutes. One that was woken in vain as often as this needs a person. */
const WOKEN_IN_VAIN_MILLIS = 15 * MINUTE_MILLIS;

export type CampaignSweep = { campaigns: number; woken: number; expiredCampaigns: number; returned: number };

/**
 * Every few minutes: registers members that a crash has left out, ends campaigns that nobody approved in time, publishes
 * pending events, wakes campaigns that stand still, and tells when temporary prices were taken back. Measures how long the
 * oldest has waited for its approval, and has stood still though its next step could be made.
 */
export async function sweepCampaigns(deps: AcceptCampaignDependencies): Promise<CampaignSweep> {
  const sweep: CampaignSweep = { campaigns: 0, woken: 0, expiredCampaigns: 0, returned: 0 };
  let waiting = 0;
  let stuck = 0;
  for await (const record of deps.campaigns.open()) {
    sweep.campaigns += 1;
    try {
      const now = deps.clock.now();
      const problem = record.state === 'awaitingApproval' ? waitingProblem(deps, record) : undefined;
      if (record.state === 'awaitingApproval' && problem === undefined)
        waiting = Math.max(waiting, now - record.movedAt);
      if (problem !== undefined) {
        await expire(deps, record, problem);
        sweep.expiredCampaigns += 1;
      } else stuck = Math.max(stuck, await goOn(deps, record, sweep));
    } catch (error) {
      if (!(error instanceof CampaignConflictError)) throw error;
      deps.log.info('A campaign moved while it was swept', { campaign: record.campaign });
    }
  }
  if (waiting > 0) deps.metric(MetricName.priceChangeWaitingMinutes, Math.floor(waiting / MINUTE_MILLIS));
  // The sweep of the changes measures it, too; the largest counts.
  if (stuck > 0) deps.metric(MetricName.priceChangeStuckMinutes, Math.floor(stuck / MINUTE_MILLIS));
  if (sweep.campaigns > 0) deps.log.info('Swept the open price campaigns', sweep);
  return sweep;
}

/** @returns for how long it has stood still though its next step could be made, in milliseconds */
async function goOn(
  deps: AcceptCampaignDependencies,
  record: CampaignRecord,
  sweep: CampaignSweep,
): Promise<number> {
  const members = await readMembers(deps, record);
  const step = nextCampaignStep(record, members);
  // mutation: campaign-sweep-registers
  if (step.kind === 'register') {
    await registerAll(deps, record, step.members);
    return 0;
  }
  if (step.kind === 'return') {
    const event = campaignReturned(record, step.outcome);
    const back = await deps.campaigns.transition(record, { kind: 'return', outcome: step.outcome, event });
    await publishCampaignEvents(deps, back);
    sweep.returned += 1;
    return 0;
  }
  // mutation: campaign-sweep-tells
  if (record.owed.length > 0 && deps.clock.now() - record.movedAt > MINUTE_MILLIS)
    await publishCampaignEvents(deps, record);
  // mutation: campaign-sweep-wakes
  if (step.kind === 'none') return 0;
  await wakeCampaign(deps, members);
  sweep.woken += 1;
  const standsStill = deps.clock.now() - restsSince(record, members);
  if (standsStill > WOKEN_IN_VAIN_MILLIS) logStandsStill(deps, record, step.kind, standsStill);
  return standsStill;
}

/** Since when nothing keeps a campaign from its next step: its own last write, or that of the last member that rests. */
const restsSince = ({ movedAt }: CampaignRecord, members: MemberRecords): EpochMillis =>
  Math.max(
    movedAt,
    ...members.flatMap((member) =>
      member !== undefined && (member.state === 'planned' || isOver(member)) ? [member.movedAt] : [],
    ),
  );

/** The worker that fails logs the reason; here stands where to find it and what can be done. */
function logStandsStill(
  { log }: Pick<AcceptCampaignDependencies, 'log'>,
  { team, campaign, state }: CampaignRecord,
  step: string,
  standsStill: number,
): void {
  const end =
    state === 'planning'
      ? `; to end it, the requester withdraws it: asc-jobs prices withdraw ${campaign} --team ${team}`
      : '';
  log.error(
    `A price campaign does not go on. Look for "A campaign could not go on" in the log of ApplyPriceChange and mend what its error names: most likely team ${team} has no price settings any more, or a plan in the audit cannot be read. It then goes on by itself${end}`,
    { team, campaign, state, step, minutes: Math.floor(standsStill / MINUTE_MILLIS) },
  );
}

async function expire(
  deps: AcceptCampaignDependencies,
  record: CampaignRecord,
  problem: Problem,
): Promise<void> {
  const members = await readMembers(deps, record);
  const sent = members.some((member) => member?.everSent === true);
  const outcome = `expired: not approved in time; ${sent ? campaignProgress(members) : 'nothing was sent'}`;
  const problems = [problem];
  const event = campaignEnded(record, 'expired', { outcome, problems, members });
  const ended = await deps.campaigns.transition(record, { kind: 'expire', problems, outcome, event });
  await publishCampaignEvents(deps, ended);
  await wakeCampaign(deps, members);
}
