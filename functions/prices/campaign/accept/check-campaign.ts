import { teamNameSchema } from '../../../platform/config/team-name.ts';
import type { Problem } from '../../../platform/errors.ts';
import type { AcceptDependencies } from '../../accept/accept-dependencies.ts';
import { ownFieldProblems, ROLLBACK_FIELDS, teamNamed, teamProblem } from '../../accept/check-request.ts';
import type { CampaignRecord } from '../model/campaign-record.ts';
import { type CampaignRequest, type Member, parseCampaign } from '../model/campaign-request.ts';
import type { AcceptCampaignDependencies } from '../progress/campaign-dependencies.ts';
import { overlaps, wholeProblems } from '../progress/whole-limits.ts';
import type { CampaignLedger } from '../store/campaign-ledger.ts';
import { expandCampaign } from './expand-campaign.ts';

export type CheckedCampaign =
  | { kind: 'refused'; problems: readonly Problem[] }
  /** The name is in use. */
  | { kind: 'repeat'; request: CampaignRequest; record: CampaignRecord }
  | { kind: 'new'; request: CampaignRequest; members: readonly Member[] };

export type CheckDependencies = Pick<AcceptDependencies, 'settings' | 'clock' | 'findProduct'> &
  Pick<AcceptCampaignDependencies, 'findProducts'> & {
    campaigns: Pick<CampaignLedger, 'campaign' | 'open'>;
  };

/**
 * What can be said of a campaign before its prices are planned: of its form, its products, the limits of the whole.
 *
 * @param isOwn whether the request was made by this product itself
 */
export async function checkCampaign(
  deps: CheckDependencies,
  json: unknown,
  isOwn = false,
): Promise<CheckedCampaign> {
  const parsed = parseCampaign(json);
  const name = parsed.kind === 'ok' ? parsed.value.team : teamNamed(json);
  const refused = name === undefined ? undefined : teamProblem(deps.settings, name);
  const early = [
    ...(parsed.kind === 'rejected' ? parsed.problems : []),
    ...(refused === undefined ? [] : [refused]),
    ...(parsed.kind === 'rejected' || isOwn ? [] : ofRollbacks(parsed.value)),
  ];
  if (parsed.kind === 'rejected') return { kind: 'refused', problems: early };
  const request = parsed.value;
  const { team, campaign } = request;
  const isTeamName = teamNameSchema.safeParse(team).success;
  const known = isTeamName ? await deps.campaigns.campaign(team, campaign) : undefined;
  if (known !== undefined) return { kind: 'repeat', request, record: known };
  const rules = deps.settings.teams.find((candidate) => candidate.name === team)?.prices;
  if (early.length > 0 || rules === undefined) return { kind: 'refused', problems: early };
  const members = await expandCampaign(deps, request);
  const now = deps.clock.now();
  if (members.kind === 'rejected')
    return { kind: 'refused', problems: [...wholeProblems(rules, request, 0, now), ...members.problems] };
  const problems = [
    ...wholeProblems(rules, request, members.value.length, now),
    ...(await overlaps(deps, { team, campaign, acceptedAt: now }, members.value)),
  ];
  return problems.length > 0
    ? { kind: 'refused', problems }
    : { kind: 'new', request, members: members.value };
}

/** What only a rollback may say, of the campaign or of the change of a product. */
const ofRollbacks = (request: CampaignRequest): Problem[] => [
  ...ownFieldProblems(request, ROLLBACK_FIELDS),
  ...ownFieldProblems(request.change ?? {}, ROLLBACK_FIELDS, 'change.'),
  ...(request.changes ?? []).flatMap((fields, index) =>
    ownFieldProblems(fields, ROLLBACK_FIELDS, `changes.${index}.`),
  ),
];
