import type { EventDetail } from '../../events/contract.ts';
import type { ProductKind } from '../../prices/request/product.ts';
import type { Sides } from '../change/choose-territories.ts';
import { describeEffect } from '../estimator/describe-effect.ts';
import {
  type EffectResult,
  type Measure,
  measureChange,
  measureEach,
  measureRate,
} from '../estimator/measure-change.ts';
import { GAP_DAYS, LOOKS, type LookDays } from '../estimator/windows.ts';
import {
  type CountryHistory,
  type ProductHistory,
  type SeriesName,
  usualTrialDays,
} from '../history/product-history.ts';

import { singleTerritories } from './single-territories.ts';

/** One line of a look, as the event and the table hold it. */
export type MeasureFinding = EventDetail<'Price Effect Measured'>['measures'][number];

/** What a look is made of. Indices count from the history's first day. */
export type LookInput = {
  kind: ProductKind;
  history: ProductHistory;
  sides: Sides;
  at: number;
  /** Index of the first day of the product's history that can be used. */
  first: number;
  after: LookDays;
  /** Whether the daily Subscription Event reports of these days are there. */
  hasEvents: boolean;
};

const LABELS: Readonly<Record<string, string>> = {
  units: 'sales',
  proceeds: 'proceeds',
  newUnits: 'first payments of subscribers',
  newProceeds: 'proceeds of first payments',
  starts: 'subscriptions started without an offer',
  trials: 'free trials started',
  offerStarts: 'other offers started',
  conversions: 'trials that became paid, of those that ended,',
  cancellations: 'cancellations, of the renewals that were due,',
};

/** Names in events and tables. */
const NAMES: Readonly<Record<string, string>> = {
  newUnits: 'new_units',
  newProceeds: 'new_proceeds',
  offerStarts: 'offer_starts',
};

/** The history from the product's first usable day on: the weights of the comparison are its means over these days. */
const shared = ({ at, first, sides }: LookInput) => ({
  at: at - first,
  first: 0,
  earlierChanges: sides.earlierChanges.map((day) => day - first),
});

function finding(name: string, result: EffectResult, input: LookInput, after = input.after): MeasureFinding {
  const { verdict, sums } = result;
  const { ratio, interval, rarelyShowsBelow } = verdict;
  const told = {
    subject: LABELS[name] ?? name,
    after,
    changedTerritories: input.sides.changed.length,
    stayedTerritories: input.sides.stayed.length,
  };
  const words = describeEffect(verdict, told, sums);
  return {
    measure: NAMES[name] ?? name,
    outcome: verdict.outcome,
    ...(ratio !== undefined && { ratio }),
    ...(interval !== undefined && { low: interval.low, high: interval.high }),
    ...(rarelyShowsBelow !== undefined && { rarelyShowsBelow }),
    words:
      after === input.after ? words : `${words} (The first ${after} days that could meet the new price.)`,
    sums,
  };
}

/** Counts, and where there are amounts also proceeds in old prices. */
function counted(input: LookInput, name: SeriesName, measure: Measure, amounts?: SeriesName): MeasureFinding {
  const territory = ([, { series }]: readonly [string, CountryHistory]) => ({
    units: series[name].slice(input.first),
    ...(amounts !== undefined && { proceeds: series[amounts].slice(input.first) }),
  });
  const data = {
    changed: input.sides.changed.map(territory),
    stayed: input.sides.stayed.map(territory),
    ...shared(input),
  };
  const whole = finding(
    measure === 'units' ? name : (amounts ?? name),
    measureChange(data, measure, input.after),
    input,
  );
  if (data.changed.length < 2) return whole;
  const territories = singleTerritories(
    measureEach(data, measure, input.after),
    input.sides.changed.map(([territory]) => territory),
    input.after,
  );
  return territories.length === 0 ? whole : { ...whole, territories };
}

function rate(
  input: LookInput,
  [name, cases]: readonly [SeriesName, SeriesName],
  after: LookDays,
  shift: number,
): MeasureFinding {
  const territory = ([, { series }]: readonly [string, CountryHistory]) => ({
    counted: series[name].slice(input.first),
    cases: series[cases].slice(input.first),
  });
  const data = {
    changed: input.sides.changed.map(territory),
    stayed: input.sides.stayed.map(territory),
    ...shared(input),
    shift,
  };
  return finding(name, measureRate(data, after), input, after);
}

const tooEarly = (measure: string, words: string): MeasureFinding => ({
  measure,
  outcome: 'too-early',
  words,
});

const sumOf = (sides: Sides['changed'], name: SeriesName, from: number, to: number): number =>
  sides.reduce(
    (total, [, { series }]) =>
      total + series[name].slice(Math.max(0, from), Math.max(0, to)).reduce((sum, day) => sum + day, 0),
    0,
  );

/** Trials that began at the old price end for some time: their days are left out, and the rest may be too short. */
function conversions(input: LookInput): MeasureFinding[] {
  const { at, after, sides, history } = input;
  if (sumOf([...sides.changed, ...sides.stayed], 'trialsEnded', 0, history.days) === 0) return [];
  const trialDays = usualTrialDays(history);
  if (trialDays === undefined)
    return [
      tooEarly(
        'conversions',
        'Not measured: the reports do not say how long the free trials of this product are.',
      ),
    ];
  const end = at + GAP_DAYS + after;
  const fitting = LOOKS.filter((days) => days <= end - (at + GAP_DAYS + trialDays)).at(-1);
  return fitting === undefined
    ? [
        tooEarly(
          'conversions',
          `Too early: trials last ${trialDays} days, so those of the new price have hardly ended.`,
        ),
      ]
    : [rate(input, ['conversions', 'trialsEnded'], fitting, trialDays)];
}

/** Apple dates a cancellation on the day on which the paid period ends: before, nothing can be told. */
const CANCELLATIONS_FROM: Readonly<Record<string, LookDays>> = { '7 Days': 28, '1 Month': 56 };

function cancellations(input: LookInput): MeasureFinding[] {
  const { history, after, sides, at } = input;
  if (sumOf([...sides.changed, ...sides.stayed], 'renewalsDue', 0, history.days) === 0) return [];
  const from = CANCELLATIONS_FROM[history.duration ?? ''];
  const words = `Too early: Apple dates a cancellation on the day on which the paid period ends. Of subscriptions of ${history.duration ?? 'this length'}, ${from === undefined ? 'most have not met the new price within 56 days' : `enough have met the new price after ${from} days`}.`;
  const main =
    from !== undefined && after >= from
      ? rate(input, ['cancellations', 'renewalsDue'], after, 0)
      : tooEarly('cancellations', words);
  const named = sumOf(sides.changed, 'priceCancellations', at, at + GAP_DAYS + after);
  const all = sumOf(sides.changed, 'cancellations', at, at + GAP_DAYS + after);
  const reasons: MeasureFinding[] =
    named === 0
      ? []
      : [
          {
            measure: 'price_cancellations',
            outcome: 'counted',
            words: `${named} of ${all} cancellations in the changed territories since then name a price increase as the reason: a lower bound, as most people give none.`,
          },
        ];
  return [main, ...reasons];
}

/** Every measure of one look, the main one first. */
export function measureLook(input: LookInput): MeasureFinding[] {
  if (input.sides.disturbed !== undefined)
    return [{ measure: 'units', outcome: 'disturbed', words: input.sides.disturbed }];
  if (input.kind !== 'subscription')
    return [counted(input, 'units', 'units'), counted(input, 'units', 'proceeds', 'proceeds')];
  // Proceeds as a whole mostly show earlier subscribers: 28 days overstate a rise for all threefold, so no verdict.
  const first = [counted(input, 'newUnits', 'units'), counted(input, 'newUnits', 'proceeds', 'newProceeds')];
  if (!input.hasEvents) return first;
  const started = (['starts', 'trials', 'offerStarts'] as const)
    .filter((name) => sumOf([...input.sides.changed, ...input.sides.stayed], name, 0, input.history.days) > 0)
    .map((name) => counted(input, name, 'units'));
  return [...started, ...first, ...conversions(input), ...cancellations(input)];
}
