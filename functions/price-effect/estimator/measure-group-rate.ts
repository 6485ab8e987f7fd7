import { addUpRate, type RateTerritory } from './daily-series.ts';
import { type Comparison, estimateEffect } from './estimate.ts';
import type { EffectResult } from './measure-change.ts';
import { judge, type UnitSums } from './verdict.ts';
import { BEFORE_DAYS, GAP_DAYS, type LookDays } from './windows.ts';

/** More completed periods than this are older than every look, even of weekly subscriptions. */
export const MAXIMUM_PERIODS = 9;

/** A territory's renewals that were due, and those of them that were cancelled, in all and by completed paid periods. */
export type TerritoryByPeriods = RateTerritory & { byPeriods: ReadonlyMap<number, RateTerritory> };

/**
 * `earlier`: subscribed before the change and so, where the change keeps prices, pays the price before. `later`: subscribed
 * since, at the new price.
 */
export type SubscriberGroup = 'earlier' | 'later';

export type GroupRateData = Pick<Comparison, 'at' | 'first' | 'earlierChanges'> & {
  changed: readonly TerritoryByPeriods[];
  stayed: readonly TerritoryByPeriods[];
  /** Days of one paid period. */
  periodDays: number;
};

const NONE: RateTerritory = { counted: [], cases: [] };

/** Which days after a date belong to a group: a case that had paid `periods` in full began so long before it. */
const daysOf = (group: SubscriberGroup, periods: number, periodDays: number) => {
  const began = Math.ceil(periods * periodDays);
  return group === 'earlier'
    ? { from: 0, to: periods === MAXIMUM_PERIODS ? Number.POSITIVE_INFINITY : began }
    : { from: periods === MAXIMUM_PERIODS ? Number.POSITIVE_INFINITY : began, to: Number.POSITIVE_INFINITY };
};

function seriesOf(territories: readonly TerritoryByPeriods[], group: SubscriberGroup, periodDays: number) {
  const groups = Array.from({ length: MAXIMUM_PERIODS }, (_, index) => {
    const periods = index + 1;
    const own = addUpRate(territories.map(({ byPeriods }) => byPeriods.get(periods) ?? NONE));
    return { value: own.value, cases: own.cases ?? [], days: daysOf(group, periods, periodDays) };
  });
  return { ...addUpRate(territories), groups };
}

/**
 * One look at the rate of one group of subscribers. Before the change nobody is in the later group, so both are compared with
 * all cases before; the territories whose price stayed are divided by age in the same way, so that age alone falls out.
 */
export function measureGroupRate(data: GroupRateData, group: SubscriberGroup, after: LookDays): EffectResult {
  const { at, first, earlierChanges, periodDays } = data;
  const changed = seriesOf(data.changed, group, periodDays);
  const stayed = data.stayed.length === 0 ? undefined : seriesOf(data.stayed, group, periodDays);
  const estimate = estimateEffect({
    changed,
    comparison: stayed,
    at,
    after,
    ...(first !== undefined && { first }),
    ...(earlierChanges !== undefined && { earlierChanges }),
  });
  const before = ({ cases = [] }: ReturnType<typeof seriesOf>) =>
    total(cases, at - GAP_DAYS - BEFORE_DAYS, at - GAP_DAYS);
  const since = ({ groups }: ReturnType<typeof seriesOf>) =>
    groups.reduce(
      (sum, { cases, days }) =>
        sum + total(cases, at + Math.max(GAP_DAYS, days.from), at + Math.min(GAP_DAYS + after, days.to)),
      0,
    );
  const sums: UnitSums = {
    changedBefore: before(changed),
    changedAfter: since(changed),
    ...(stayed !== undefined && { stayedBefore: before(stayed), stayedAfter: since(stayed) }),
  };
  return { estimate, verdict: judge(estimate, sums, after), sums };
}

const total = (values: readonly number[], from: number, to: number): number =>
  values.slice(Math.max(0, from), Math.max(0, from, to)).reduce((sum, value) => sum + value, 0);
