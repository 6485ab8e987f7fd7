import * as z from 'zod';
import { teamNameSchema } from '../../../platform/config/team-name.ts';
import type { Problem } from '../../../platform/errors.ts';
import { sha256Hex } from '../../../platform/util/hash.ts';
import { boundedProblems, problemsOf } from '../../../platform/validation/problems.ts';
import { requestOfRollback, rollbackFields } from '../../accept/rollback.ts';
import type { AuditLog } from '../../store/audit-log.ts';
import { isCampaignOver } from '../model/campaign-record.ts';
import { campaignIdSchema, ofProduct } from '../model/campaign-request.ts';
import type { AcceptCampaignDependencies, CampaignAnswer } from '../progress/campaign-dependencies.ts';
import { readMembers } from '../progress/campaign-members.ts';
import { acceptCampaign } from './accept-campaign.ts';

/** `{ rollback: … }` of a campaign, as a direct invoke. */
export const campaignRollbackSchema = z.strictObject({
  team: teamNameSchema,
  /** The campaign to take back. */
  campaign: campaignIdSchema,
  /** The new campaign's own name; derived from the old one's when absent. */
  idempotencyKey: campaignIdSchema.optional(),
  ...rollbackFields,
});

const MAXIMUM_NAME = 80;
const nameOf = (campaign: string): string => {
  const name = `rollback-of/${campaign}`;
  return name.length <= MAXIMUM_NAME ? name : `rollback-of/${sha256Hex(campaign).slice(0, 32)}`;
};

/**
 * Takes a campaign back by a new one: one plan over all products that have sent something, one approval. Later changes
 * of the same prices, which it undoes too, are named.
 */
export async function rollBackCampaign(
  deps: AcceptCampaignDependencies & { audit: AuditLog },
  json: unknown,
): Promise<CampaignAnswer> {
  const parsed = campaignRollbackSchema.safeParse(json);
  if (!parsed.success) return { status: 'rejected', problems: problemsOf(parsed.error.issues, '(rollback)') };
  const { team, campaign, requestedBy, reason, preserveCurrentPrice, except, dryRun } = parsed.data;
  const refuse = (problems: readonly Problem[]): CampaignAnswer => ({
    status: 'rejected',
    campaign,
    problems: boundedProblems(problems),
  });
  const record = await deps.campaigns.campaign(team, campaign);
  if (record === undefined)
    return refuse([
      { path: 'rollback.campaign', message: `team ${team} has no price campaign of this name` },
    ]);
  if (!isCampaignOver(record))
    return refuse([
      {
        path: 'rollback.campaign',
        message: `it is ${record.state}; wait for its end, or withdraw or decline it`,
      },
    ]);
  const name = parsed.data.idempotencyKey ?? nameOf(campaign);
  const known = await deps.campaigns.campaign(team, name);
  if (known?.request.rollbackOf === campaign) {
    const { state, outcome } = known;
    return { status: 'duplicate', campaign: name, state, ...(outcome !== undefined && { outcome }) };
  }
  const sent = (await readMembers(deps, record)).filter((member) => member?.everSent === true);
  if (sent.length === 0)
    return refuse([
      { path: 'rollback.campaign', message: 'it has sent nothing; there is nothing to take back' },
    ]);
  const changes: Record<string, unknown>[] = [];
  const problems: Problem[] = [];
  const warnings: string[] = [];
  for (const member of sent) {
    if (member === undefined) continue;
    const back = await requestOfRollback(deps, member, { except, preserveCurrentPrice });
    if (back.kind === 'rejected') {
      problems.push(...ofProduct(member.request.product, member.label, back.problems));
      continue;
    }
    warnings.push(...back.value.warnings);
    changes.push({ product: member.request.product, ...back.value.fields, rollbackOf: member.changeId });
  }
  if (problems.length > 0) return refuse(problems);
  const answer = await acceptCampaign(
    deps,
    {
      ...{ campaign: name, team, changes, requestedBy, dryRun, rollbackOf: campaign },
      reason: reason ?? `rollback of the campaign ${campaign}`,
    },
    false,
    true,
  );
  return warnings.length === 0 ? answer : { ...answer, warnings };
}
