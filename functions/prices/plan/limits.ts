import type { TeamSettings } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import { someMustAgree } from '../consent/circumstances.ts';
import { compareDecimals, fallsByMoreThan, percentChange, risesByMoreThan } from '../request/decimal.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { Plan } from './plan.ts';
import type { PlanEntry } from './plan-entry.ts';

/** What a team allows, after the request has tightened it. */
export type PriceRules = NonNullable<TeamSettings['prices']>;

/** A request may tighten the team's limits, never loosen them. */
export function looseLimits(rules: PriceRules, { limits = {} }: PriceRequest): Problem[] {
  const pairs = [
    ['maxIncreasePercent', limits.maxIncreasePercent, rules.maxIncreasePercent],
    ['maxDecreasePercent', limits.maxDecreasePercent, rules.maxDecreasePercent],
  ] as const;
  // mutation: limit-only-tighter
  return pairs.flatMap(([name, asked, allowed]) =>
    asked !== undefined && asked > allowed
      ? [
          {
            path: `limits.${name}`,
            message: `${asked} is looser than the team's ${allowed}; a request may only tighten it`,
          },
        ]
      : [],
  );
}

/**
 * The limits of a way back from a temporary price. It restores what held before, was shown in the same plan and approved
 * with it, and no limit may leave the temporary price in effect.
 */
// mutation: limit-way-back
export const wayBackRules = (rules: PriceRules): PriceRules => ({
  ...rules,
  maxIncreasePercent: Number.MAX_SAFE_INTEGER,
  maxDecreasePercent: 100,
  limitWindowDays: undefined,
  territories: {},
  blockedPeriods: [],
  maxChangesPerDay: Number.MAX_SAFE_INTEGER,
});

/** What a territory cost some days ago. */
export type EarlierPrice = { price: string; currency: string | null };

/**
 * Every way in which a plan goes past the limits; empty when it may be sent.
 *
 * @param earlier prices of `limitWindowDays` ago by territory: the percentages count against them too, so that
 *   several small steps are no large one
 */
export function violations(
  rules: PriceRules,
  request: PriceRequest,
  entries: readonly PlanEntry[],
  earlier: ReadonlyMap<string, EarlierPrice> = new Map(),
): Problem[] {
  return entries
    .filter(({ kind }) => kind !== 'none' && kind !== 'unschedule')
    .flatMap((entry) => violationsOf(rules, request, entry, earlier.get(entry.territory)));
}

type Percents = { increase: number; decrease: number };

function violationsOf(
  rules: PriceRules,
  request: PriceRequest,
  entry: PlanEntry,
  earlier: EarlierPrice | undefined,
): Problem[] {
  const { territory, target, present, currency } = entry;
  const own = rules.territories[territory] ?? {};
  const limits = request.limits ?? {};
  // mutation: limit-percents
  const percents = {
    increase: Math.min(
      limits.maxIncreasePercent ?? Infinity,
      own.maxIncreasePercent ?? rules.maxIncreasePercent,
    ),
    decrease: Math.min(
      limits.maxDecreasePercent ?? Infinity,
      own.maxDecreasePercent ?? rules.maxDecreasePercent,
    ),
  };
  // mutation: limit-window-currency
  const inCurrency = earlier !== undefined && (earlier.currency === null || earlier.currency === currency);
  const messages = [
    ...(present === null ? [] : changeViolations(present.price, target.price, percents, '')),
    ...(inCurrency
      ? changeViolations(earlier.price, target.price, percents, ` within ${rules.limitWindowDays} days`)
      : []),
    ...boundViolations(own, target.price, currency),
  ];
  return [...new Set(messages)].map((message) => ({ path: `prices.${territory}`, message }));
}

/** From free, no percentage says anything: that is a first price, for which the approval is. */
function changeViolations(
  from: string,
  to: string,
  { increase, decrease }: Percents,
  when: string,
): string[] {
  const isFree = compareDecimals(from, '0') === 0;
  const change = percentChange(from, to) ?? '';
  const signed = change.startsWith('-') ? change : `+${change}`;
  return [
    ...(!isFree && risesByMoreThan(from, to, increase)
      ? [`${from} → ${to} is ${signed} %${when}; the limit is +${increase} %`]
      : []),
    ...(fallsByMoreThan(from, to, decrease)
      ? [`${from} → ${to} is ${signed} %${when}; the limit is -${decrease} %`]
      : []),
  ];
}

/** Floor and ceiling are amounts: they say nothing once Apple sells in another currency. */
function boundViolations(
  { floor, ceiling, currency: meant }: PriceRules['territories'][string],
  price: string,
  currency: string | null,
): string[] {
  // mutation: limit-bounds-currency
  if (meant !== undefined && currency !== null && meant !== currency)
    return floor === undefined && ceiling === undefined
      ? []
      : [
          `the limits of the settings are in ${meant}, but Apple sells in ${currency} now; put floor and ceiling in ${currency} into the settings`,
        ];
  return [
    ...(floor !== undefined && compareDecimals(price, floor) < 0
      ? [`${price} is below the floor of ${floor}`]
      : []),
    ...(ceiling !== undefined && compareDecimals(price, ceiling) > 0
      ? [`${price} is above the ceiling of ${ceiling}`]
      : []),
  ];
}

/** The blocked period in which a day lies, if any. Both ends are blocked. */
// mutation: limit-blocked
export const blockedOn = (rules: PriceRules, day: string): Problem[] =>
  rules.blockedPeriods
    .filter(({ from, to }) => from <= day && day <= to)
    .map(({ from, to, reason }) => ({
      path: '(request)',
      message: `no price changes are sent from ${from} to ${to}${reason === undefined ? '' : ` (${reason})`}; ask again afterwards`,
    }));

/**
 * Whether a person must approve a plan: a change in any territory is larger than the team lets pass, or subscribers
 * have to agree to it and the team wants to be asked then.
 */
export const needsApproval = (rules: PriceRules, plan: Pick<Plan, 'entries' | 'circumstances'>): boolean =>
  reasonsForApproval(rules, plan).length > 0;

/** Why a person must approve a plan, a sentence per limit; empty where nobody must. */
export function reasonsForApproval(
  rules: PriceRules,
  { entries, circumstances }: Pick<Plan, 'entries' | 'circumstances'>,
): string[] {
  const { approvalAbovePercent, approvalForConsent = false } = rules;
  const reasons: string[] = [];
  if (approvalAbovePercent !== undefined) {
    const above = entries.filter((entry) => isAbove(entry, approvalAbovePercent));
    const [firstPrices, moves] = [
      above.filter(({ present }) => present === null),
      above.filter(({ present }) => present !== null),
    ];
    const more = ({ length }: readonly unknown[]): string => (length === 1 ? '' : ` and ${length - 1} more`);
    const [newest] = firstPrices;
    if (newest !== undefined)
      reasons.push(
        `${newest.territory}${more(firstPrices)} get${firstPrices.length === 1 ? 's' : ''} a first price, which needs an approval`,
      );
    const [moved] = moves;
    if (moved !== undefined)
      reasons.push(
        `${moved.territory} ${moved.present?.price} → ${moved.target.price}${more(moves)}: above approvalAbovePercent ${approvalAbovePercent}`,
      );
  }
  // mutation: limit-consent-approval
  if (approvalForConsent && circumstances !== undefined && someMustAgree(circumstances))
    reasons.push('subscribers must agree, or may have to (approvalForConsent)');
  return reasons;
}

// mutation: limit-approval
const isAbove = ({ kind, present, target }: PlanEntry, percent: number): boolean =>
  kind !== 'none' &&
  (present === null ||
    risesByMoreThan(present.price, target.price, percent) ||
    fallsByMoreThan(present.price, target.price, percent));
