import type { Problem } from '../../../platform/errors.ts';
import { MetricName } from '../../../platform/logging/metrics.ts';
import { MINUTE_MILLIS } from '../../../platform/util/time.ts';
import { waitingProblem } from '../../accept/sweep-changes.ts';
import { campaignEnded, campaignReturned } from '../model/campaign-events.ts';
import type { CampaignRecord } from '../model/campaign-record.ts';
import { CampaignConflictError } from '../model/campaign-transitions.ts';
import { campaignProgress, nextCampaignStep } from '../model/next-step.ts';
import type { AcceptCampaignDependencies } from '../progress/campaign-dependencies.ts';
import { readMembers } from '../progress/campaign-members.ts';
import { publishCampaignEvents } from '../progress/publish-campaign-events.ts';
import { registerAll } from './accept-campaign.ts';
import { wakeCampaign } from './wake-campaign.ts';

export type CampaignSweep = { campaigns: number; woken: number; expiredCampaigns: number; returned: number };

/**
 * Every few minutes: registers members that a crash has left out, ends campaigns that nobody approved in time, publishes
 * pending events, wakes campaigns that stand still, and tells when temporary prices were taken back.
 */
export async function sweepCampaigns(deps: AcceptCampaignDependencies): Promise<CampaignSweep> {
  const sweep: CampaignSweep = { campaigns: 0, woken: 0, expiredCampaigns: 0, returned: 0 };
  let waiting = 0;
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
      } else await goOn(deps, record, sweep);
    } catch (error) {
      if (!(error instanceof CampaignConflictError)) throw error;
      deps.log.info('A campaign moved while it was swept', { campaign: record.campaign });
    }
  }
  if (waiting > 0) deps.metric(MetricName.priceChangeWaitingMinutes, Math.floor(waiting / MINUTE_MILLIS));
  if (sweep.campaigns > 0) deps.log.info('Swept the open price campaigns', sweep);
  return sweep;
}

async function goOn(
  deps: AcceptCampaignDependencies,
  record: CampaignRecord,
  sweep: CampaignSweep,
): Promise<void> {
  const members = await readMembers(deps, record);
  const step = nextCampaignStep(record, members);
  // mutation: campaign-sweep-registers
  if (step.kind === 'register') {
    await registerAll(deps, record, step.members);
    return;
  }
  if (step.kind === 'return') {
    const event = campaignReturned(record, step.outcome);
    const back = await deps.campaigns.transition(record, { kind: 'return', outcome: step.outcome, event });
    await publishCampaignEvents(deps, back);
    sweep.returned += 1;
    return;
  }
  // mutation: campaign-sweep-tells
  if (record.owed.length > 0 && deps.clock.now() - record.movedAt > MINUTE_MILLIS)
    await publishCampaignEvents(deps, record);
  // mutation: campaign-sweep-wakes
  if (step.kind !== 'none') {
    await wakeCampaign(deps, members);
    sweep.woken += 1;
  }
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
