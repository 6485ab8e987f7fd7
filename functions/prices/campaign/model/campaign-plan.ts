import type { Problem } from '../../../platform/errors.ts';
import { sha256Hex } from '../../../platform/util/hash.ts';
import { type PriceRules, reasonsForApproval } from '../../plan/limits.ts';
import type { Plan } from '../../plan/plan.ts';
import { movingEntries, planSentence } from '../../plan/plan-rendering.ts';
import { addDecimals, sumByCurrency } from '../../request/decimal.ts';
import { canonicalJson } from '../../request/price-request.ts';
import type { Product, ProductLabel } from '../../request/product.ts';

/** What people have to know of one product of a campaign. Amounts are decimal text by currency. */
export type MemberPlan = {
  changeId: string;
  product: Product;
  label?: ProductLabel | undefined;
  /** Absent where Apple has every price already. */
  planSha256?: string | undefined;
  planKey?: string | undefined;
  startDate: string | null;
  /** The first day without a temporary price. */
  until?: string | undefined;
  /** Write requests to Apple. */
  requests: number;
  territoriesChanged: number;
  territoriesUnchanged: number;
  /** Territories in which subscribers must agree, or may have to. */
  mustAgree: number;
  mayHaveToAgree: number;
  /** Who pays the standard price where it goes up, and the proceeds of one period. */
  subscribers: string;
  proceedsAtStake: Readonly<Record<string, string>>;
  /** Why a person must approve it, by the team's limits. */
  approval: readonly string[];
  sentence: string;
  warnings: readonly string[];
};

export type CampaignTotals = {
  products: number;
  /** Products for which nothing is sent. */
  unchanged: number;
  territoriesChanged: number;
  requests: number;
  /** How long the requests take at the pace that Apple's limit allows. */
  minutes: number;
  mustAgree: number;
  mayHaveToAgree: number;
  subscribers: string;
  proceedsAtStake: Readonly<Record<string, string>>;
};

/** One plan over all products. */
export type CampaignPlan = {
  team: string;
  campaign: string;
  members: readonly MemberPlan[];
  totals: CampaignTotals;
  /** Why the campaign waits for an approval: product and limit. Empty: it needs none. */
  approval: readonly Problem[];
  /** Names the plans of all products: an approval is bound to it. */
  sha256: string;
};

/** Price writes per minute: four fifths of the 250 that Apple states. */
const WRITES_PER_MINUTE = 200;

/** One product's part of a campaign's plan. */
export function memberPlan(plan: Plan, planKey: string, rules: PriceRules): MemberPlan {
  const { changeId, product, label, startDate, entries, steps, wayBack, circumstances, warnings = [] } = plan;
  const consents = Object.values(circumstances?.consent ?? {});
  const count = (outcome: string): number => consents.filter((consent) => consent.outcome === outcome).length;
  const stakes = consents.flatMap(({ stake }) => (stake === undefined ? [] : [stake]));
  // Also those that follow the base territory: nothing is written for them, and their price changes.
  const changed = movingEntries(plan).length;
  return {
    changeId,
    product,
    ...(label && { label }),
    ...(steps.length > 0 && { planSha256: plan.sha256, planKey }),
    startDate,
    ...(wayBack && { until: wayBack.on }),
    requests: steps.length,
    territoriesChanged: steps.length === 0 ? 0 : changed,
    territoriesUnchanged: entries.length - (steps.length === 0 ? 0 : changed),
    mustAgree: count('mustAgree'),
    mayHaveToAgree: count('mayHaveToAgree'),
    subscribers: stakes.reduce((sum, { subscribers }) => addDecimals(sum, subscribers), '0'),
    proceedsAtStake: sumByCurrency(stakes.map(({ proceeds, currency }) => ({ amount: proceeds, currency }))),
    approval: steps.length === 0 ? [] : reasonsForApproval(rules, plan),
    sentence: planSentence(plan),
    warnings,
  };
}

/** The part of a product whose prices Apple has already. */
export const unchangedMember = (changeId: string, product: Product, label?: ProductLabel): MemberPlan => ({
  changeId,
  product,
  ...(label && { label }),
  startDate: null,
  requests: 0,
  territoriesChanged: 0,
  territoriesUnchanged: 0,
  mustAgree: 0,
  mayHaveToAgree: 0,
  subscribers: '0',
  proceedsAtStake: {},
  approval: [],
  sentence: 'Apple has every price already; nothing is sent.',
  warnings: [],
});

/** Joins the parts of all products. Pure. */
export function campaignPlan(team: string, campaign: string, members: readonly MemberPlan[]): CampaignPlan {
  const sum = (of: (member: MemberPlan) => number): number =>
    members.reduce((total, member) => total + of(member), 0);
  const requests = sum((member) => member.requests);
  return {
    team,
    campaign,
    members,
    totals: {
      products: members.length,
      unchanged: members.filter((member) => member.requests === 0).length,
      territoriesChanged: sum((member) => member.territoriesChanged),
      requests,
      minutes: Math.ceil(requests / WRITES_PER_MINUTE),
      mustAgree: sum((member) => member.mustAgree),
      mayHaveToAgree: sum((member) => member.mayHaveToAgree),
      subscribers: members.reduce((total, member) => addDecimals(total, member.subscribers), '0'),
      proceedsAtStake: sumByCurrency(
        members.flatMap((member) =>
          Object.entries(member.proceedsAtStake).map(([currency, amount]) => ({ currency, amount })),
        ),
      ),
    },
    approval: members.flatMap(({ product, label, approval }) =>
      approval.map((message) => ({ path: label?.productId || product.id, message })),
    ),
    sha256: campaignSha256(campaign, members),
  };
}

/** Names what is approved: the campaign and the plan of each member. */
export const campaignSha256 = (
  campaign: string,
  members: readonly { changeId: string; planSha256?: string | undefined }[],
): string =>
  sha256Hex(
    canonicalJson([campaign, members.map(({ changeId, planSha256 = null }) => [changeId, planSha256])]),
  );

/** `3 products, 525 territories, 525 requests to Apple, about 3 minutes. Subscribers must agree in 2 territories.` */
export function campaignSentence({ totals, approval }: Pick<CampaignPlan, 'totals' | 'approval'>): string {
  const { products, unchanged, territoriesChanged, requests, minutes, mustAgree, mayHaveToAgree } = totals;
  const stakes = Object.entries(totals.proceedsAtStake)
    .toSorted()
    .map(([currency, amount]) => `${amount} ${currency}`);
  return [
    `${count(products, 'product')}${unchanged === 0 ? '' : ` (${unchanged} unchanged)`}: ${count(territoriesChanged, 'territory price')} change, ${count(requests, 'request')} to Apple, about ${count(minutes, 'minute')} at the pace that Apple allows.`,
    mustAgree + mayHaveToAgree > 0 &&
      `Subscribers must agree in ${mustAgree} and may have to agree in ${mayHaveToAgree} of them.`,
    totals.subscribers !== '0' &&
      `${totals.subscribers} subscribers pay a price that goes up${stakes.length === 0 ? '' : `; their proceeds per period: ${stakes.join(', ')}`}.`,
    approval.length > 0 &&
      `One approval is needed for the whole campaign: ${approval
        .slice(0, 3)
        .map(({ path, message }) => `${path}: ${message}`)
        .join('; ')}${approval.length > 3 ? `; and ${approval.length - 3} more reasons` : ''}.`,
  ]
    .filter((part) => part !== false)
    .join(' ');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
