import type { Problem } from '../../../platform/errors.ts';
import type { Clock } from '../../../platform/util/clock.ts';
import { blockedOn, type PriceRules } from '../../plan/limits.ts';
import { pacificToday } from '../../request/pacific-day.ts';
import { productKey } from '../../request/product.ts';
import type { PriceLedger } from '../../store/price-ledger.ts';
import { type CampaignRecord, isCampaignOver } from '../model/campaign-record.ts';
import type { CampaignRequest, Member } from '../model/campaign-request.ts';
import type { CampaignLedger } from '../store/campaign-ledger.ts';

/** What the limits say of a campaign as a whole, apart from its prices. Empty: it may begin now. */
export function wholeProblems(
  rules: PriceRules,
  { notAfter }: Pick<CampaignRequest, 'notAfter'>,
  members: number,
  now: number,
): Problem[] {
  const problems = blockedOn(rules, pacificToday(now));
  if (notAfter !== undefined && Date.parse(notAfter) < now)
    problems.push({ path: 'notAfter', message: `${notAfter} has passed; ask again under a new name` });
  if (members > rules.maxChangesPerDay)
    problems.push({
      path: 'products',
      message: `${members} products are more changes than the ${rules.maxChangesPerDay} per day that the team allows (maxChangesPerDay); a campaign is not cut in two`,
    });
  return problems;
}

/** Counts all members towards the team's day, or none of them. */
export async function dayProblems(
  { ledger, clock }: { ledger: Pick<PriceLedger, 'countAllToday'>; clock: Clock },
  rules: PriceRules,
  { team, members }: Pick<CampaignRecord, 'team' | 'members'>,
): Promise<Problem[]> {
  const today = pacificToday(clock.now());
  const sent = members.filter(({ planSha256 }) => planSha256 !== undefined).map(({ changeId }) => changeId);
  const { maxChangesPerDay } = rules;
  if (await ledger.countAllToday(team, today, sent, maxChangesPerDay)) return [];
  return [
    {
      path: 'products',
      message: `team ${team} has no room for ${sent.length} more of its ${maxChangesPerDay} changes of ${today} (maxChangesPerDay); a campaign is not cut in two: begin it tomorrow, or raise maxChangesPerDay`,
    },
  ];
}

/** Open campaigns that have a product in common with this one. Of two, the one that was accepted first goes on. */
export async function overlaps(
  { campaigns }: { campaigns: Pick<CampaignLedger, 'open'> },
  { team, campaign, acceptedAt }: Pick<CampaignRecord, 'team' | 'campaign' | 'acceptedAt'>,
  members: readonly Pick<Member, 'product'>[],
): Promise<Problem[]> {
  const own = new Set(members.map(({ product }) => productKey(team, product)));
  const problems: Problem[] = [];
  for await (const other of campaigns.open()) {
    if (other.team !== team || other.campaign === campaign || isCampaignOver(other)) continue;
    const isEarlier =
      other.acceptedAt < acceptedAt || (other.acceptedAt === acceptedAt && other.campaign < campaign);
    const shared = other.members.filter(({ product }) => own.has(productKey(team, product)));
    const [first] = shared;
    if (!isEarlier || first === undefined) continue;
    const more = shared.length === 1 ? '' : ` and ${shared.length - 1} more`;
    problems.push({
      path: 'products',
      message: `the campaign ${other.campaign} is ${other.state} and has ${first.label?.productId || first.product.id}${more} as well; wait for its end, or withdraw or decline it`,
    });
  }
  return problems;
}
