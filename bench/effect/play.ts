import {
  type ChangeData,
  type Measure,
  measureChange,
} from '../../functions/price-effect/estimator/measure-change.ts';
import { GAP_DAYS, LOOKS, type LookDays } from '../../functions/price-effect/estimator/windows.ts';
import { drawMarket, type Market, type Scenario, type Truth } from './market.ts';

/** What became of one look at one market. */
export type Look = {
  after: LookDays;
  measure: Measure;
  salesPerDay: number;
  truth: Truth;
  /** Expected with the change divided by expected without it, over the changed territories. */
  trueRatio: number;
  told: boolean;
  holds: boolean;
  word: 'rose' | 'fell' | undefined;
};

/** A market as the estimator takes it. */
export function dataOf(market: Market): ChangeData {
  const territories = market.units.map((units, index) => ({
    units,
    proceeds: market.proceeds[index] ?? [],
  }));
  return {
    changed: territories.filter((_, index) => market.changed[index]),
    stayed: territories.filter((_, index) => !market.changed[index]),
    at: market.at,
  };
}

/** Expected with the change divided by expected without it, over these territories and the days of a look. */
export function trueRatio(
  market: Market,
  territories: readonly number[],
  measure: Measure,
  after: LookDays,
): number {
  const price = measure === 'proceeds' ? market.priceRatio : 1;
  let [expected, without] = [0, 0];
  for (const territory of territories)
    for (let day = market.at + GAP_DAYS; day < market.at + GAP_DAYS + after; day += 1) {
      expected += (market.expected[territory]?.[day] ?? 0) * price;
      without += market.expectedWithout[territory]?.[day] ?? 0;
    }
  return expected / without;
}

/** The indexes of the territories whose price changes. */
export const changedTerritories = ({ changed }: Market): number[] =>
  changed.flatMap((moves, index) => (moves ? [index] : []));

/** All looks at one market, for units and proceeds. */
export function playMarket(seed: number, truth: Truth, scenario?: Scenario): Look[] {
  const market = drawMarket(seed, truth, scenario);
  const data = dataOf(market);
  const measures: readonly Measure[] =
    truth === 'effect' ? ['units', 'proceeds'] : truth === 'no-effect' ? ['units'] : ['proceeds'];
  return measures.flatMap((measure) =>
    LOOKS.map((after): Look => {
      const ratio = trueRatio(market, changedTerritories(market), measure, after);
      const { verdict } = measureChange(data, measure, after);
      const { interval, outcome } = verdict;
      return {
        after,
        measure,
        salesPerDay: market.salesPerDay,
        truth,
        trueRatio: ratio,
        told: interval !== undefined,
        holds: interval !== undefined && interval.low <= ratio && ratio <= interval.high,
        word: outcome === 'rose' || outcome === 'fell' ? outcome : undefined,
      };
    }),
  );
}
