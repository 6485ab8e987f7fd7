import {
  addUp,
  addUpRate,
  comparisonWeight,
  type DailySeries,
  inOldPrices,
  type TerritoryDays,
} from './daily-series.ts';
import { type Estimate, estimateEffect, type NoEstimate } from './estimate.ts';
import { canTell, judge, type UnitSums, type Verdict } from './verdict.ts';
import { BEFORE_DAYS, GAP_DAYS, type LookDays } from './windows.ts';

export type Measure = 'units' | 'proceeds';

/** The product's sales by territory, all over the same report days. */
export type ChangeData = {
  changed: readonly TerritoryDays[];
  /** Territories whose price did not move from the first compared day to the last. */
  stayed: readonly TerritoryDays[];
  /** Index of the day of the change. */
  at: number;
  /** Index of the first day of the product's history. */
  first?: number;
  earlierChanges?: readonly number[];
};

export type EffectResult = { estimate: Estimate | NoEstimate; verdict: Verdict; sums: UnitSums };

const unitsBetween = (territories: readonly TerritoryDays[], from: number, days: number): number =>
  territories.reduce(
    (total, { units }) =>
      total + units.slice(Math.max(0, from), Math.max(0, from + days)).reduce((sum, day) => sum + day, 0),
    0,
  );

function unitSums({ changed, stayed, at }: ChangeData, after: LookDays): UnitSums {
  const before = (territories: readonly TerritoryDays[]) =>
    unitsBetween(territories, at - GAP_DAYS - BEFORE_DAYS, BEFORE_DAYS);
  const later = (territories: readonly TerritoryDays[]) => unitsBetween(territories, at + GAP_DAYS, after);
  const own = { changedBefore: before(changed), changedAfter: later(changed) };
  return stayed.length === 0 ? own : { ...own, stayedBefore: before(stayed), stayedAfter: later(stayed) };
}

const caseSums = (data: RateData, after: LookDays): UnitSums => {
  const add = (sides: RateData['changed'], from: number, days: number) =>
    sides.reduce(
      (total, side) =>
        total +
        side.cases.slice(Math.max(0, from), Math.max(0, from + days)).reduce((sum, day) => sum + day, 0),
      0,
    );
  const before = (sides: RateData['changed']) => add(sides, data.at - GAP_DAYS - BEFORE_DAYS, BEFORE_DAYS);
  const later = (sides: RateData['changed']) => add(sides, data.at + GAP_DAYS + (data.shift ?? 0), after);
  const own = { changedBefore: before(data.changed), changedAfter: later(data.changed) };
  return data.stayed.length === 0
    ? own
    : { ...own, stayedBefore: before(data.stayed), stayedAfter: later(data.stayed) };
};

/** Cases by territory and day, and those of them that are counted: renewals due and cancellations, say. */
export type RateData = Omit<ChangeData, 'changed' | 'stayed'> & {
  changed: readonly { counted: readonly number[]; cases: readonly number[] }[];
  stayed: readonly { counted: readonly number[]; cases: readonly number[] }[];
  /** Days after the change that nobody's case can have met it in. */
  shift?: number;
};

/** One look at a rate. The sums are of the cases. */
export function measureRate(data: RateData, after: LookDays): EffectResult {
  const { at, first, earlierChanges, shift } = data;
  const estimate = estimateEffect({
    changed: addUpRate(data.changed),
    comparison: data.stayed.length === 0 ? undefined : addUpRate(data.stayed),
    at,
    after,
    ...(first !== undefined && { first }),
    ...(earlierChanges !== undefined && { earlierChanges }),
    ...(shift !== undefined && { shift }),
  });
  const sums = caseSums(data, after);
  return { estimate, verdict: judge(estimate, sums, after), sums };
}

/** One look at one measure of a price change: the estimate, what can be said of it, and the sums it rests on. */
export function measureChange(data: ChangeData, measure: Measure, after: LookDays): EffectResult {
  const { estimate, sums } = compare(data, measure, after, comparisonOf(data, measure));
  return { estimate, verdict: judge(estimate, sums, after), sums };
}

/** A single territory against the same comparison. `place` is its index in `changed`. */
export type TerritoryResult = { place: number; estimate: Estimate; sums: UnitSums };

/** One look at each changed territory alone, as far as its sales allow; nothing where no price stayed. */
export function measureEach(data: ChangeData, measure: Measure, after: LookDays): TerritoryResult[] {
  const comparison = comparisonOf(data, measure);
  if (comparison === undefined) return [];
  return data.changed.flatMap((territory, place) => {
    const { estimate, sums } = compare({ ...data, changed: [territory] }, measure, after, comparison);
    return canTell(estimate, sums) ? [{ place, estimate, sums }] : [];
  });
}

export const valueBy =
  (measure: Measure, at: number) =>
  (territory: TerritoryDays): readonly number[] | undefined =>
    measure === 'units' ? territory.units : inOldPrices(territory, at);

/** The territories whose price stayed, large ones damped; undefined where there are none. */
const comparisonOf = ({ stayed, at }: ChangeData, measure: Measure): DailySeries | undefined =>
  stayed.length === 0
    ? undefined
    : addUp(stayed, valueBy(measure, at), ({ units }) => comparisonWeight(units, at));

/** One estimate with the sums it rests on; `stayed` are the territories behind `comparison`. */
export function compare(
  data: ChangeData,
  measure: Measure,
  after: LookDays,
  comparison: DailySeries | undefined,
): { estimate: Estimate | NoEstimate; sums: UnitSums } {
  const estimate = estimateEffect({
    changed: addUp(data.changed, valueBy(measure, data.at), () => 1),
    comparison,
    at: data.at,
    after,
    ...(data.first === undefined ? {} : { first: data.first }),
    ...(data.earlierChanges === undefined ? {} : { earlierChanges: data.earlierChanges }),
  });
  return { estimate, sums: unitSums(data, after) };
}
