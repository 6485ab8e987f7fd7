import type { Settings } from '../../../platform/config/settings.ts';
import type { Problem } from '../../../platform/errors.ts';
import type { Clock } from '../../../platform/util/clock.ts';
import { forEachConcurrently } from '../../../platform/util/concurrency.ts';
import { unreachable } from '../../../platform/validation/outcome.ts';
import { boundedProblems } from '../../../platform/validation/problems.ts';
import type { PlanOnly } from '../../ask/plan-client.ts';
import { campaignPlan, type MemberPlan, memberPlan } from '../model/campaign-plan.ts';
import { type CampaignRequest, type Member, memberRequest, ofProduct } from '../model/campaign-request.ts';
import type { CampaignAnswer } from '../progress/campaign-dependencies.ts';
import { type CheckDependencies, checkCampaign } from './check-campaign.ts';

/** Plans that are asked for at the same time; each takes its requests from the same pace. */
const CONCURRENCY = 3;
/** Products per part: each plan may take the 25 seconds that its caller waits. */
const PART = 6;

type PlanDependencies = { settings: Settings; planOnly: PlanOnly };

/**
 * No part is begun after so long: a part may take two times the 25 seconds of a plan, and the function that answers has two
 * minutes.
 */
const WHOLE_MILLIS = 55_000;

/**
 * The plan over all products, for a caller who wants it in one answer. Where that takes longer than the function may, the
 * answer holds the products so far and says how to ask for the rest; the command asks part by part anyway.
 */
export async function planWholeCampaign(
  deps: PlanDependencies & { clock: Clock },
  request: CampaignRequest,
  members: readonly Member[],
): Promise<CampaignAnswer> {
  const { team, campaign } = request;
  const parts: MemberPlan[] = [];
  const problems: Problem[] = [];
  const until = deps.clock.now() + WHOLE_MILLIS;
  for (let from = 0; from < members.length; from += PART) {
    if (deps.clock.now() > until)
      return {
        status: 'planning',
        campaign,
        members: parts,
        next: from,
        afterMillis: 0,
        reason: `${from} of ${members.length} products are planned, as many as the time of one answer allows. For the rest invoke PlanPriceChange with { "planCampaign": the same request, "from": ${from} }, or use asc-jobs prices plan, which does that.`,
        ...(problems.length > 0 && { problems: boundedProblems(problems) }),
      };
    const part = await planPart(deps, request, members, from);
    if (part.status === 'planning') return part;
    parts.push(...(part.members ?? []));
    problems.push(...(part.problems ?? []));
  }
  return problems.length > 0
    ? { status: 'rejected', campaign, problems: boundedProblems(problems) }
    : { status: 'planned', campaign, campaignPlan: campaignPlan(team, campaign, parts) };
}

/**
 * The plans of some products of a campaign, and the index of the next one. Registers nothing.
 *
 * @param from the index of the first product of the part
 */
export async function planCampaignPart(
  deps: PlanDependencies & CheckDependencies,
  json: unknown,
  from: number,
): Promise<CampaignAnswer> {
  const checked = await checkCampaign(deps, json);
  switch (checked.kind) {
    case 'refused':
      return { status: 'rejected', problems: boundedProblems(checked.problems) };
    case 'repeat': {
      const { campaign, state, outcome } = checked.record;
      return { status: 'duplicate', campaign, state, ...(outcome !== undefined && { outcome }) };
    }
    case 'new':
      return planPart(deps, checked.request, checked.members, from);
    default:
      return unreachable(checked);
  }
}

async function planPart(
  { settings, planOnly }: PlanDependencies,
  request: CampaignRequest,
  members: readonly Member[],
  from: number,
): Promise<CampaignAnswer> {
  const { team, campaign } = request;
  const rules = settings.teams.find(({ name }) => name === team)?.prices;
  const part = members.slice(from, from + PART);
  const plans = new Map<number, MemberPlan>();
  /** By product, so that they are told in the order of the campaign. */
  const refusals = new Map<number, readonly Problem[]>();
  let pending: { afterMillis: number; reason: string } | undefined;
  await forEachConcurrently(part.entries(), CONCURRENCY, async ([offset, member]) => {
    const { product, label } = member;
    const asked = memberRequest(request, member, from + offset);
    const planned = asked.kind === 'ok' ? await planOnly(asked.value) : asked;
    switch (planned.kind) {
      case 'ok':
        if (rules !== undefined)
          plans.set(offset, memberPlan(planned.value.plan, planned.value.planKey, rules));
        return;
      case 'retry':
        pending = planned;
        return;
      case 'rejected':
        refusals.set(
          offset,
          asked.kind === 'ok' ? ofProduct(product, label, planned.problems) : planned.problems,
        );
        return;
      default:
        unreachable(planned);
    }
  });
  if (pending !== undefined) {
    const { afterMillis, reason } = pending;
    return { status: 'planning', campaign, afterMillis, reason };
  }
  const problems = part.flatMap((_, offset) => refusals.get(offset) ?? []);
  const next = from + part.length;
  return {
    status: 'planned',
    campaign,
    members: part.flatMap((_, offset) => plans.get(offset) ?? []),
    ...(problems.length > 0 && { problems: boundedProblems(problems) }),
    ...(next < members.length && { next }),
  };
}
