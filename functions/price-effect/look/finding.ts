import type { EventDetail } from '../../events/contract.ts';
import type { ProductKind } from '../../prices/request/product.ts';
import type { Sides } from '../change/choose-territories.ts';
import { describeEffect } from '../estimator/describe-effect.ts';
import { type EffectResult, measureRate } from '../estimator/measure-change.ts';
import type { LookDays } from '../estimator/windows.ts';
import type { CountryHistory, ProductHistory, SeriesName } from '../history/product-history.ts';

/** One line of a look, as the event and the table hold it. */
export type MeasureFinding = EventDetail<'Price Effect Measured'>['measures'][number];

/** Another product of the team that a person named as comparison. Indices count from the first day of the histories. */
export type OtherProduct = {
  product: { kind: ProductKind; id: string; name: string };
  /** Of the changed territories those in which it sold and its own price stayed. */
  territories: readonly (readonly [territory: string, history: CountryHistory])[];
  /** Index of the first day that the histories of both products can be used. */
  first: number;
  /** Indices of days on which a price of either product moved. */
  earlierChanges: readonly number[];
  /** Why it cannot be used, as a sentence. */
  unusable: string | undefined;
};

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
  /** Whether present subscribers of the changed territories keep the price before. */
  keepsPrice: boolean;
  /** Where every territory changed: the product that the settings name as comparison. */
  other?: OtherProduct | undefined;
};

export const LABELS: Readonly<Record<string, string>> = {
  units: 'sales',
  proceeds: 'proceeds',
  newUnits: 'first payments of subscribers',
  newProceeds: 'proceeds of first payments',
  starts: 'subscriptions started without an offer',
  trials: 'free trials started',
  offerStarts: 'other offers started',
  conversions: 'trials that became paid, of those that ended,',
  cancellations: 'cancellations, of the renewals that were due,',
  cancellationsKept: 'cancellations of those who keep the price before, of their renewals,',
  cancellationsNew: 'cancellations of those who subscribed at the new price, of their renewals,',
};

/** Names in events and tables. */
const NAMES: Readonly<Record<string, string>> = {
  newUnits: 'new_units',
  newProceeds: 'new_proceeds',
  offerStarts: 'offer_starts',
  cancellationsKept: 'cancellations_kept_price',
  cancellationsNew: 'cancellations_new_price',
};

/** The history from the product's first usable day on: the weights of the comparison are its means over these days. */
export const shared = ({ at, first, sides }: LookInput) => ({
  at: at - first,
  first: 0,
  earlierChanges: sides.earlierChanges.map((day) => day - first),
});

export function finding(
  name: string,
  result: EffectResult,
  input: LookInput,
  after = input.after,
): MeasureFinding {
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

export function rate(
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

export const tooEarly = (measure: string, words: string): MeasureFinding => ({
  measure,
  outcome: 'too-early',
  words,
});

export const sumOf = (sides: Sides['changed'], name: SeriesName, from: number, to: number): number =>
  sides.reduce(
    (total, [, { series }]) =>
      total + series[name].slice(Math.max(0, from), Math.max(0, to)).reduce((sum, day) => sum + day, 0),
    0,
  );
