import * as z from 'zod';
import { teamNameSchema } from '../../../platform/config/team-name.ts';
import { problemsOf } from '../../../platform/validation/problems.ts';
import type { AcceptDependencies } from '../../accept/accept-dependencies.ts';
import { isSamePerson } from '../../request/person/same-person.ts';
import type { PriceLedger } from '../../store/price-ledger.ts';
import { campaignEnded } from '../model/campaign-events.ts';
import type { CampaignRecord } from '../model/campaign-record.ts';
import { campaignIdSchema } from '../model/campaign-request.ts';
import { CampaignConflictError } from '../model/campaign-transitions.ts';
import { campaignProgress } from '../model/next-step.ts';
import type { CampaignAnswer } from '../progress/campaign-dependencies.ts';
import { readMembers } from '../progress/campaign-members.ts';
import type { CampaignLedger } from '../store/campaign-ledger.ts';
import { wakeCampaign } from './wake-campaign.ts';

const closingSchema = z.strictObject({
  team: teamNameSchema,
  campaign: campaignIdSchema,
  by: z.string('is missing; say who it is').min(1).max(200),
  reason: z.string().max(1000).optional(),
});

export type CloseCampaignDependencies = Pick<AcceptDependencies, 'queueChange' | 'log' | 'origin'> & {
  ledger: Pick<PriceLedger, 'change'>;
  campaigns: Pick<CampaignLedger, 'campaign' | 'transition'>;
};

const ENDS = { decline: 'declined', withdraw: 'withdrawn' } as const;

/**
 * Ends a campaign for good: an approver declines a plan that waits, the requester withdraws a campaign that has not
 * begun or waits. Its members are withdrawn by the next worker. The sweep publishes the event.
 */
export async function closeCampaign(
  deps: CloseCampaignDependencies,
  json: unknown,
  kind: 'decline' | 'withdraw',
): Promise<CampaignAnswer> {
  const parsed = closingSchema.safeParse(json);
  if (!parsed.success) return { status: 'rejected', problems: problemsOf(parsed.error.issues, `(${kind})`) };
  const { team, campaign, by, reason } = parsed.data;
  const state = ENDS[kind];
  const refuse = (path: string, message: string): CampaignAnswer => ({
    status: 'rejected',
    campaign,
    problems: [{ path, message }],
  });
  const record = await deps.campaigns.campaign(team, campaign);
  if (record === undefined) return refuse('campaign', `team ${team} has no price campaign of this name`);
  if (record.state === state) return { status: 'duplicate', campaign, state };
  const problem = problemOf(record, kind, by);
  if (problem !== undefined) return refuse(...problem);
  const members = await readMembers(deps, record);
  const sent = members.some((member) => member?.everSent === true);
  const outcome = `${state} by ${by}; ${sent ? campaignProgress(members) : 'nothing was sent'}`;
  const event = campaignEnded(record, state, { outcome, problems: [], members });
  const { origin } = deps;
  try {
    await deps.campaigns.transition(record, {
      ...{ kind, by, reason, outcome, event, problems: [] },
      ...(origin && { origin }),
    });
  } catch (error) {
    if (!(error instanceof CampaignConflictError)) throw error;
    return refuse('campaign', 'it has moved at this very moment; look again and repeat');
  }
  await wakeCampaign(deps, members);
  deps.log.info('A price campaign was closed', { team, campaign, by, kind, origin });
  return { status: state, campaign };
}

function problemOf(
  { state, request }: CampaignRecord,
  kind: 'decline' | 'withdraw',
  by: string,
): [path: string, message: string] | undefined {
  const isRequester = isSamePerson(by, request.requestedBy);
  if (kind === 'decline' && isRequester)
    return ['by', `${by} has asked for the campaign; withdraw it instead`];
  if (kind === 'withdraw' && !isRequester)
    return ['by', `only ${request.requestedBy}, who has asked for it, can withdraw it`];
  const isOpen = state === 'awaitingApproval' || (kind === 'withdraw' && state === 'planning');
  return isOpen
    ? undefined
    : [
        'campaign',
        `it is ${state}; only a campaign that waits for its approval${kind === 'withdraw' ? ' or is being planned' : ''} can be closed. To take back what took effect, roll it back`,
      ];
}
