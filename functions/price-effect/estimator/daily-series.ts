import { BEFORE_DAYS, GAP_DAYS, HISTORY_DAYS } from './windows.ts';

/**
 * One measure of a group of territories, by report day.
 * `value` is what is compared: units, or proceeds in old prices. `counting` is what chance makes of it: the (squared
 * weighted) number of cases behind `value`, so that the error of counting can be told.
 */
export type DailySeries = {
  value: readonly number[];
  counting: readonly number[];
  /** Of rates: how many cases there were, such as renewals due. `value` are those of them that are counted. */
  cases?: readonly number[];
  /** Of rates of a part of the cases: those that count after a date, each with the days after it on which they do. */
  groups?: readonly {
    value: readonly number[];
    cases: readonly number[];
    /** `from` included, `to` not. */
    days: { from: number; to: number };
  }[];
};

/** One rate of one territory by report day: those that are counted among the cases. */
export type RateTerritory = { counted: readonly number[]; cases: readonly number[] };

/** What one territory sold: paid units by report day, and proceeds in its own currency by report day. */
export type TerritoryDays = { units: readonly number[]; proceeds?: readonly number[] };

/** Daily units above which a territory's weight in the comparison is less than a half, times 56 days. */
const DAMPING = 200;

const sum = (values: readonly number[], from: number, to: number): number => {
  let total = 0;
  for (let day = Math.max(0, from); day < to; day += 1) total += values[day] ?? 0;
  return total;
};

/**
 * Proceeds in "old prices": divided by the territory's own average proceeds per unit before the change. Such sums need no
 * exchange rate and count like units.
 *
 * @returns undefined where the territory sold nothing before the change, so that it has no average
 */
export function inOldPrices(territory: TerritoryDays, at: number): readonly number[] | undefined {
  const end = at - GAP_DAYS;
  const units = sum(territory.units, end - BEFORE_DAYS, end);
  const proceeds = sum(territory.proceeds ?? [], end - BEFORE_DAYS, end);
  if (units <= 0 || proceeds <= 0) return undefined;
  // mutation: effect-old-prices
  const average = proceeds / units;
  return (territory.proceeds ?? []).map((amount) => amount / average);
}

/** The weight of a comparison territory: large ones are damped, so that one big country is not the whole comparison. */
export function comparisonWeight(units: readonly number[], at: number): number {
  const end = at - GAP_DAYS;
  const first = Math.max(0, at - HISTORY_DAYS);
  const usual = (sum(units, first, end) / Math.max(1, end - first)) * BEFORE_DAYS;
  // mutation: effect-damping
  return 1 / (1 + usual / DAMPING);
}

/**
 * Adds territories up, day by day.
 *
 * @param measure - the value of a territory by day, or undefined to leave the territory out
 * @param weightOf - 1 for the changed side, whose total is the question; the damped weight for the comparison
 */
export function addUp(
  territories: readonly TerritoryDays[],
  measure: (territory: TerritoryDays) => readonly number[] | undefined,
  weightOf: (territory: TerritoryDays) => number,
): DailySeries {
  const days = Math.max(0, ...territories.map(({ units }) => units.length));
  const value = new Array<number>(days).fill(0);
  const counting = new Array<number>(days).fill(0);
  for (const territory of territories) {
    const values = measure(territory);
    if (values === undefined) continue;
    const weight = weightOf(territory);
    for (let day = 0; day < days; day += 1) {
      value[day] = (value[day] ?? 0) + weight * (values[day] ?? 0);
      counting[day] = (counting[day] ?? 0) + weight * weight * (territory.units[day] ?? 0);
    }
  }
  return { value, counting };
}

/** One rate of a group of territories, by report day: those that are counted among the cases. */
export function addUpRate(territories: readonly RateTerritory[]): DailySeries {
  const days = Math.max(0, ...territories.map(({ cases }) => cases.length));
  const total = (of: 'counted' | 'cases') =>
    Array.from({ length: days }, (_, day) =>
      territories.reduce((all, territory) => all + (territory[of][day] ?? 0), 0),
    );
  const value = total('counted');
  return { value, counting: value, cases: total('cases') };
}
