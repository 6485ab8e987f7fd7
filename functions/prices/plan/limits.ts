import type { TeamSettings } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import { compareDecimals, fallsByMoreThan, risesByMoreThan } from '../request/decimal.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { PlanEntry } from './plan-entry.ts';

/** What a team allows, after the request has tightened it. */
export type PriceRules = NonNullable<TeamSettings['prices']>;

/** A request may tighten the team's limits, never loosen them. */
export function looseLimits(rules: PriceRules, { limits = {} }: PriceRequest): Problem[] {
  const pairs = [
    ['maxIncreasePercent', limits.maxIncreasePercent, rules.maxIncreasePercent],
    ['maxDecreasePercent', limits.maxDecreasePercent, rules.maxDecreasePercent],
  ] as const;
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

/** Every way in which a plan goes past the limits; empty when it may be sent. */
export function violations(
  rules: PriceRules,
  request: PriceRequest,
  entries: readonly PlanEntry[],
): Problem[] {
  return entries
    .filter(({ kind }) => kind !== 'none' && kind !== 'unschedule')
    .flatMap((entry) => violationsOf(rules, request, entry));
}

function violationsOf(rules: PriceRules, request: PriceRequest, entry: PlanEntry): Problem[] {
  const { territory, target, present } = entry;
  const own = rules.territories[territory] ?? {};
  const limits = request.limits ?? {};
  const most = Math.min(
    limits.maxIncreasePercent ?? Infinity,
    own.maxIncreasePercent ?? rules.maxIncreasePercent,
  );
  const least = Math.min(
    limits.maxDecreasePercent ?? Infinity,
    own.maxDecreasePercent ?? rules.maxDecreasePercent,
  );
  const path = `prices.${territory}`;
  const problems: Problem[] = [];
  if (present !== null && risesByMoreThan(present.price, target.price, most)) {
    problems.push({
      path,
      message: `${present.price} → ${target.price} is ${signed(entry)} %; the limit is +${most} %`,
    });
  }
  if (present !== null && fallsByMoreThan(present.price, target.price, least)) {
    problems.push({
      path,
      message: `${present.price} → ${target.price} is ${signed(entry)} %; the limit is -${least} %`,
    });
  }
  if (own.floor !== undefined && compareDecimals(target.price, own.floor) < 0) {
    problems.push({ path, message: `${target.price} is below the floor of ${own.floor}` });
  }
  if (own.ceiling !== undefined && compareDecimals(target.price, own.ceiling) > 0) {
    problems.push({ path, message: `${target.price} is above the ceiling of ${own.ceiling}` });
  }
  return problems;
}

const signed = ({ changePercent }: PlanEntry): string =>
  changePercent === null ? '∞' : changePercent.startsWith('-') ? changePercent : `+${changePercent}`;

/** The blocked period in which a day lies, if any. Both ends are blocked. */
export const blockedOn = (rules: PriceRules, day: string): Problem[] =>
  rules.blockedPeriods
    .filter(({ from, to }) => from <= day && day <= to)
    .map(({ from, to, reason }) => ({
      path: '(request)',
      message: `no price changes are sent from ${from} to ${to}${reason === undefined ? '' : ` (${reason})`}; ask again afterwards`,
    }));

/** Whether a person must approve a plan: a change in any territory is larger than the team lets pass. */
export function needsApproval(rules: PriceRules, entries: readonly PlanEntry[]): boolean {
  const { approvalAbovePercent } = rules;
  if (approvalAbovePercent === undefined) return false;
  return entries.some(
    ({ kind, present, target }) =>
      kind !== 'none' &&
      (present === null ||
        risesByMoreThan(present.price, target.price, approvalAbovePercent) ||
        fallsByMoreThan(present.price, target.price, approvalAbovePercent)),
  );
}
