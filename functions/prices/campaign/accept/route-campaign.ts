import * as z from 'zod';
import { type ApproveDependencies, routeApproval } from '../../accept/approve-change.ts';
import { type RouteDependencies, routeEvent } from '../../accept/route-event.ts';
import { type PlanningDependencies, routePlanning } from '../../accept/route-planning.ts';
import { sweepChanges } from '../../accept/sweep-changes.ts';
import { isCampaign } from '../model/campaign-request.ts';
import type { AcceptCampaignDependencies } from '../progress/campaign-dependencies.ts';
import { acceptAny, acceptCampaign } from './accept-campaign.ts';
import { type ApproveCampaignDependencies, approveCampaign } from './approve-campaign.ts';
import type { CheckDependencies } from './check-campaign.ts';
import { type CloseCampaignDependencies, closeCampaign } from './close-campaign.ts';
import { planCampaignPart } from './plan-campaign.ts';
import { rollBackCampaign } from './rollback-campaign.ts';
import { sweepCampaigns } from './sweep-campaigns.ts';

export type AcceptanceDependencies = RouteDependencies & AcceptCampaignDependencies;

const requested = z.object({ 'detail-type': z.literal('Price Change Requested'), detail: z.unknown() });
const approved = z.object({ 'detail-type': z.literal('Price Change Approved'), detail: z.unknown() });
const sweep = z.object({ sweep: z.unknown() });
const ofCampaign = z.looseObject({ campaign: z.unknown() });
const rollback = z.object({ rollback: ofCampaign });
const withdrawal = z.object({ withdraw: ofCampaign });
const decline = z.object({ decline: ofCampaign });
const part = z.object({ planCampaign: z.unknown(), from: z.number().int().min(0).default(0) });

/**
 * Routes what concerns a campaign; everything else goes to the changes of single products. In a file requests of both
 * kinds may stand side by side.
 */
export async function routeAcceptance(deps: AcceptanceDependencies, event: unknown) {
  const fromBus = requested.safeParse(event).data;
  if (fromBus !== undefined && isCampaign(fromBus.detail)) return acceptCampaign(deps, fromBus.detail, true);
  if (sweep.safeParse(event).success) {
    const changes = await sweepChanges(deps);
    return { ...changes, ...(await sweepCampaigns(deps)) };
  }
  const back = rollback.safeParse(event).data;
  if (back !== undefined) return rollBackCampaign(deps, back.rollback);
  const withdrawn = withdrawal.safeParse(event).data;
  if (withdrawn !== undefined) return closeCampaign(deps, withdrawn.withdraw, 'withdraw');
  if (isCampaign(event) && !('planSha256' in event)) return acceptCampaign(deps, event, false);
  return routeEvent(deps, event, (json, announce) => acceptAny(deps, json, announce));
}

export type ApprovalDependencies = ApproveDependencies &
  ApproveCampaignDependencies &
  CloseCampaignDependencies;

/** Takes approvals of campaigns and of single changes, as an event of the bus or a direct invoke. */
export async function routeApprovals(deps: ApprovalDependencies, event: unknown) {
  const declined = decline.safeParse(event).data;
  if (declined !== undefined) return closeCampaign(deps, declined.decline, 'decline');
  const fromBus = approved.safeParse(event).data;
  const json = fromBus === undefined ? event : fromBus.detail;
  if (!ofCampaign.safeParse(json).success) return routeApproval(deps, event);
  const answer = await approveCampaign(deps, json);
  if (answer.status === 'rejected') deps.log.warn('The approval of a campaign was refused', { answer });
  return answer;
}

export type PlansDependencies = PlanningDependencies & CheckDependencies;

/** A request for a plan: of a part of a campaign (`{ planCampaign, from }`), or of the change of one product. */
export async function routePlans(deps: PlansDependencies, event: unknown): Promise<unknown> {
  const asked = part.safeParse(event).data;
  if (asked !== undefined) return planCampaignPart(deps, asked.planCampaign, asked.from);
  return isCampaign(event) ? planCampaignPart(deps, event, 0) : routePlanning(deps, event);
}
