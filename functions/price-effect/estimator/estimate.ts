import type { DailySeries } from './daily-series.ts';
import { type Level, studentQuantile } from './student-quantile.ts';
import { BEFORE_DAYS, GAP_DAYS, HISTORY_DAYS, type LookDays, spanDays } from './windows.ts';

/** A half is added to each sum, so that a window without a sale has a logarithm. */
const HALF = 0.5;
/** With fewer degrees of freedom the earlier dates say nothing about how far the comparison moves by itself: 19 are needed for a look of 7 days. */
const LEAST_DEGREES = 2.5;

export type Comparison = {
  changed: DailySeries;
  /** Undefined where every territory changed: the changed ones are then compared with their own past. */
  comparison: DailySeries | undefined;
  /** Index of the day of the change. */
  at: number;
  /** Index of the first day of the product's history. */
  first?: number;
  after: LookDays;
  /** More days after the change that are left out, as nobody could meet the new price in them: the length of a trial. */
  shift?: number;
  /** Indices of the days of earlier price changes; a fake date whose windows hold one is not used. */
  earlierChanges?: readonly number[];
};

export type Estimate = {
  /** The natural logarithm of the ratio of ratios: 0 is no difference, -0.22 is a fifth less. */
  logRatio: number;
  standardError: number;
  /** The error of counting alone. */
  countingError: number;
  /** How far the same comparison moved at earlier dates, as a root mean square of logarithms. */
  spread: number;
  fakeDates: number;
  degrees: number;
};

/** Why nothing can be said. */
export type NoEstimate = { reason: 'short-history'; fakeDates: number; degrees: number };

/** Sums over any span of days in constant time. */
function prefixSums(values: readonly number[]): (from: number, days: number) => number {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  const last = sums.length - 1;
  const upTo = (day: number) => sums[Math.min(Math.max(day, 0), last)] ?? 0;
  return (from, days) => upTo(from + days) - upTo(from);
}

type Side = (date: number) => { log: number; error: number };
type Windows = { after: number; shift: number };

function sideOf(series: DailySeries, windows: Windows): Side {
  return series.cases === undefined ? sumSide(series, windows) : rateSide(series, series.cases, windows);
}

function sumSide(series: DailySeries, { after, shift }: Windows): Side {
  const value = prefixSums(series.value);
  const counting = prefixSums(series.counting);
  return (date) => {
    const later = value(date + GAP_DAYS + shift, after) + HALF;
    const earlier = value(date - GAP_DAYS - BEFORE_DAYS, BEFORE_DAYS) + HALF;
    return {
      log: Math.log(later / after) - Math.log(earlier / BEFORE_DAYS),
      error:
        (counting(date + GAP_DAYS + shift, after) + HALF) / later ** 2 +
        (counting(date - GAP_DAYS - BEFORE_DAYS, BEFORE_DAYS) + HALF) / earlier ** 2,
    };
  };
}

/** Rates have the cases of the same window in place of its days. */
function rateSide(series: DailySeries, allCases: readonly number[], { after, shift }: Windows): Side {
  const counted = prefixSums(series.value);
  const cases = prefixSums(allCases);
  const groups = series.groups?.map(({ value, cases: own, days }) => ({
    counted: prefixSums(value),
    cases: prefixSums(own),
    from: Math.max(GAP_DAYS + shift, days.from),
    days: Math.max(0, Math.min(GAP_DAYS + shift + after, days.to) - Math.max(GAP_DAYS + shift, days.from)),
  }));
  const rate = (countedHere: number, casesHere: number) => {
    const hits = countedHere + HALF;
    const all = casesHere + 1;
    return { log: Math.log(hits / all), error: 1 / hits - 1 / all };
  };
  const since = (date: number, of: 'counted' | 'cases'): number => {
    if (groups === undefined) return (of === 'counted' ? counted : cases)(date + GAP_DAYS + shift, after);
    return groups.reduce((sum, group) => sum + group[of](date + group.from, group.days), 0);
  };
  return (date) => {
    const from = date - GAP_DAYS - BEFORE_DAYS;
    const later = rate(since(date, 'counted'), since(date, 'cases'));
    const earlier = rate(counted(from, BEFORE_DAYS), cases(from, BEFORE_DAYS));
    return { log: later.log - earlier.log, error: later.error + earlier.error };
  };
}

/** Every earlier date at which the comparison could have been made with nothing changed. */
function fakeDatesOf(comparison: Comparison) {
  const { at, first = Math.max(0, at - HISTORY_DAYS), after, shift = 0, earlierChanges = [] } = comparison;
  const dates: number[] = [];
  for (let date = first + BEFORE_DAYS + GAP_DAYS; date <= at - GAP_DAYS - after - shift; date += 1) {
    const from = date - GAP_DAYS - BEFORE_DAYS;
    const to = date + GAP_DAYS + after + shift;
    // mutation: effect-earlier-changes
    if (!earlierChanges.some((change) => change >= from && change < to)) dates.push(date);
  }
  return dates;
}

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / Math.max(1, values.length);

/**
 * The effect of a price change: the ratio of sales per day after and before in the changed territories, divided by the same
 * ratio in the territories whose price stayed. Its error is how far the same comparison moved at earlier dates at which
 * nothing had changed. To draw days or weeks at random instead would be a trap: territories drift apart for weeks, which no
 * block of days shows, and the interval then holds the truth in 36 to 83 % instead of 90 %.
 *
 * The same data give the same answer; nothing is drawn at random.
 */
export function estimateEffect(comparison: Comparison): Estimate | NoEstimate {
  const ratio = ratioOf(comparison);
  const past = pastOf(comparison, ratio);
  if ('reason' in past) return past;
  const { log, error } = ratio(comparison.at);
  const moreCounting = Math.max(0, error - past.meanError);
  return {
    logRatio: log,
    // mutation: effect-error
    standardError: Math.sqrt(Math.max(error, past.spreadSquared + moreCounting)),
    countingError: error,
    spread: Math.sqrt(past.spreadSquared),
    fakeDates: past.fakeDates,
    degrees: past.degrees,
  };
}

/** How exact a look would be, from the past alone: for a change that is planned and whose days have not come. */
export function expectedPrecision(
  comparison: Comparison,
): Pick<Estimate, 'standardError' | 'degrees'> | NoEstimate {
  const past = pastOf(comparison, ratioOf(comparison));
  if ('reason' in past) return past;
  return {
    standardError: Math.sqrt(Math.max(past.meanError, past.spreadSquared)),
    degrees: past.degrees,
  };
}

function ratioOf({ changed, comparison, after, shift = 0 }: Comparison): Side {
  const own = sideOf(changed, { after, shift });
  const stayed = comparison && sideOf(comparison, { after, shift });
  return (date) => {
    const { log, error } = own(date);
    const other = stayed?.(date) ?? { log: 0, error: 0 };
    // mutation: effect-comparison
    return { log: log - other.log, error: error + other.error };
  };
}

type Past = { spreadSquared: number; meanError: number; fakeDates: number; degrees: number };

function pastOf(comparison: Comparison, ratio: Side): Past | NoEstimate {
  const fakes = fakeDatesOf(comparison).map(ratio);
  const span = spanDays(comparison.after) + (comparison.shift ?? 0);
  const degrees = (2 * (fakes.length + span - 1)) / span;
  if (degrees < LEAST_DEGREES) return { reason: 'short-history', fakeDates: fakes.length, degrees };
  return {
    // About zero and not about their mean: a steady drift counts as error.
    spreadSquared: mean(fakes.map(({ log }) => log ** 2)),
    meanError: mean(fakes.map(({ error }) => error)),
    fakeDates: fakes.length,
    degrees,
  };
}

/** An interval as ratios: `{ low: 0.68, high: 0.91 }` is 32 to 9 % down. */
export type Interval = { low: number; high: number };

export function intervalOf({ logRatio, standardError, degrees }: Estimate, level: Level): Interval {
  const reach = studentQuantile(level, degrees) * standardError;
  return { low: Math.exp(logRatio - reach), high: Math.exp(logRatio + reach) };
}
