import { outgoingEvent } from '../../../events/event-types.ts';
import { teamNameSchema } from '../../../platform/config/team-name.ts';
import type { Problem } from '../../../platform/errors.ts';
import { MetricName } from '../../../platform/logging/metrics.ts';
import { unreachable } from '../../../platform/validation/outcome.ts';
import { boundedProblems } from '../../../platform/validation/problems.ts';
import { acceptChange } from '../../accept/accept-change.ts';
import type { AcceptAnswer } from '../../accept/accept-dependencies.ts';
import { teamNamed, teamProblem, textNamed } from '../../accept/check-request.ts';
import {
  type EarlierRefusal,
  earlierRefusalOf,
  NOT_DELIVERED_AGAIN,
  refusalEventId,
} from '../../store/kept/earlier-refusal.ts';
import { campaignEnded } from '../model/campaign-events.ts';
import type { CampaignRecord } from '../model/campaign-record.ts';
import {
  type CampaignRequest,
  campaignFingerprint,
  isCampaign,
  type Member,
  parseCampaign,
} from '../model/campaign-request.ts';
import { CampaignConflictError } from '../model/campaign-transitions.ts';
import type { AcceptCampaignDependencies, CampaignAnswer } from '../progress/campaign-dependencies.ts';
import { registerMembers } from '../progress/campaign-members.ts';
import { publishCampaignEvents } from '../progress/publish-campaign-events.ts';
import { checkCampaign } from './check-campaign.ts';
import { planWholeCampaign } from './plan-campaign.ts';

/** Accepts a campaign, or the change of one product. */
export const acceptAny = (
  deps: AcceptCampaignDependencies,
  json: unknown,
  announce: boolean,
): Promise<AcceptAnswer | CampaignAnswer> =>
  isCampaign(json) ? acceptCampaign(deps, json, announce) : acceptChange(deps, json, announce);

/**
 * Validates a campaign, claims its name by one conditional write, and registers its members, which are planned and then
 * wait for the whole. A dry run claims nothing and answers with the plan over all products.
 *
 * @param announce whether nobody waits for the answer, so that a refusal is told by an event
 * @param isOwn whether the request was made by this product itself
 * @throws JobError `PRODUCT_UNRESOLVED`, `PRODUCTS_UNAVAILABLE` when Apple cannot be asked for the products now
 */
export async function acceptCampaign(
  deps: AcceptCampaignDependencies,
  json: unknown,
  announce: boolean,
  isOwn = false,
): Promise<CampaignAnswer> {
  const earlier = announce ? earlierRefusalOf(deps, json) : NOT_DELIVERED_AGAIN;
  const answer = await decide(deps, json, earlier, isOwn);
  if (answer.status === 'rejected') {
    const { campaign, problems } = answer;
    deps.log.warn('Price campaign rejected on acceptance', { campaign, problems });
    if (announce) await announceRejection(deps, json, answer);
  }
  return answer;
}

async function decide(
  deps: AcceptCampaignDependencies,
  json: unknown,
  earlier: EarlierRefusal,
  isOwn: boolean,
): Promise<CampaignAnswer> {
  const checked = await checkCampaign(deps, json, isOwn);
  switch (checked.kind) {
    case 'refused':
      return refused(deps, json, earlier, boundedProblems(checked.problems));
    case 'repeat':
      return repeated(checked.request, checked.record);
    case 'new': {
      const { request, members } = checked;
      const problems = await earlier.read();
      if (problems !== undefined) return { status: 'rejected', campaign: request.campaign, problems };
      return request.dryRun
        ? planWholeCampaign(deps, request, members)
        : register(deps, request, members, earlier);
    }
    default:
      return unreachable(checked);
  }
}

/** The name is in use: by the same campaign, whose state is the answer, or by another, which is refused. */
function repeated(request: CampaignRequest, record: CampaignRecord): CampaignAnswer {
  const { campaign, state, outcome, problems } = record;
  if (record.fingerprint !== campaignFingerprint(request)) {
    const message = `is in use by another campaign of ${new Date(record.acceptedAt).toISOString()} (${state}); a changed campaign needs a name of its own`;
    return { status: 'rejected', campaign, problems: [{ path: 'campaign', message }] };
  }
  return {
    status: 'duplicate',
    ...{ campaign, state },
    ...(outcome !== undefined && { outcome }),
    ...(problems.length > 0 && { problems }),
  };
}

/**
 * The answer to a campaign that is refused before it is registered; kept for later deliveries of the same event. Its
 * twin may have been registered at this very moment; then that is the answer.
 */
async function refused(
  deps: AcceptCampaignDependencies,
  json: unknown,
  earlier: EarlierRefusal,
  problems: readonly Problem[],
): Promise<CampaignAnswer> {
  const campaign = textNamed(json, 'campaign')?.slice(0, 80);
  const answer: CampaignAnswer = { status: 'rejected', ...(campaign && { campaign }), problems };
  // The same refusal is told under one id, however often it comes.
  if ((await earlier.read()) !== undefined) return answer;
  await earlier.keep(problems);
  const parsed = earlier === NOT_DELIVERED_AGAIN ? undefined : parseCampaign(json);
  if (parsed?.kind !== 'ok' || !teamNameSchema.safeParse(parsed.value.team).success) return answer;
  const twin = await deps.campaigns.campaign(parsed.value.team, parsed.value.campaign);
  return twin?.fingerprint === campaignFingerprint(parsed.value) ? repeated(parsed.value, twin) : answer;
}

async function register(
  deps: AcceptCampaignDependencies,
  request: CampaignRequest,
  members: readonly Member[],
  earlier: EarlierRefusal,
): Promise<CampaignAnswer> {
  const { team, campaign } = request;
  const now = deps.clock.now();
  const record: CampaignRecord = {
    team,
    campaign,
    rev: 1,
    state: 'planning',
    fingerprint: campaignFingerprint(request),
    request,
    members: [...members],
    acceptedAt: now,
    movedAt: now,
    closed: false,
    problems: [],
    owed: [],
    ...(deps.origin && { origin: deps.origin }),
  };
  const present = await deps.campaigns.claim(record);
  if (present !== undefined) return repeated(request, present);
  // Its twin was refused and told so at this very moment.
  const refusedBefore = await earlier.read();
  const problems =
    refusedBefore === undefined ? await registerAll(deps, record) : await refuse(deps, record, refusedBefore);
  if (problems.length > 0) return { status: 'rejected', campaign, problems };
  deps.log.info('A price campaign was accepted', { team, campaign, products: members.length });
  return { status: 'accepted', campaign };
}

/**
 * Registers the members of a claimed campaign, all or those that are named. If one is refused, the campaign is.
 *
 * @returns why it is refused
 */
export async function registerAll(
  deps: Pick<AcceptCampaignDependencies, 'campaigns'> & Parameters<typeof registerMembers>[0],
  record: CampaignRecord,
  indexes?: readonly number[],
): Promise<CampaignAnswer['problems'] & object> {
  const problems = boundedProblems(await registerMembers(deps, record, indexes));
  return problems.length === 0 ? [] : refuse(deps, record, problems);
}

/** Ends a claimed campaign of which nothing was sent. @returns why */
async function refuse<Problems extends readonly Problem[]>(
  deps: Pick<AcceptCampaignDependencies, 'campaigns' | 'log'> & Parameters<typeof publishCampaignEvents>[0],
  record: CampaignRecord,
  problems: Problems,
): Promise<Problems> {
  const outcome = `rejected: nothing was sent for any of ${record.members.length} products`;
  const event = campaignEnded(record, 'rejected', { outcome, problems });
  try {
    const rejected = await deps.campaigns.transition(record, { kind: 'reject', problems, outcome, event });
    await publishCampaignEvents(deps, rejected);
  } catch (error) {
    if (!(error instanceof CampaignConflictError)) throw error;
    deps.log.info('A campaign moved while it was registered', { campaign: record.campaign });
  }
  return problems;
}

/** Its id is made of the request, so that the same refusal told twice is one. */
async function announceRejection(
  deps: AcceptCampaignDependencies,
  json: unknown,
  answer: CampaignAnswer,
): Promise<void> {
  const id = refusalEventId('Price Campaign Ended', deps.origin, json);
  const team = teamNamed(json)?.slice(0, 64);
  const isKnown = team !== undefined && teamProblem(deps.settings, team) === undefined;
  deps.metric(MetricName.priceChangeRejected, 1, isKnown ? { team } : {});
  const problems = [...(answer.problems ?? [])];
  const { campaign } = answer;
  await deps.sendEvents([
    outgoingEvent('Price Campaign Ended', {
      ...{ id, team, campaign, problems },
      state: 'rejected',
      outcome: 'rejected: nothing was sent for any product',
    }),
  ]);
}
