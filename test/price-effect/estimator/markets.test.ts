import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawMarket } from '../../../bench/effect/market.ts';
import { playMarket } from '../../../bench/effect/play.ts';
import { measureChange } from '../../../functions/price-effect/estimator/measure-change.ts';

const MARKETS = 40;
const seeds = Array.from({ length: MARKETS }, (_, index) => index + 1);

// The whole table is `npm run bench -- --effect`; here a few markets with a launch at the change, where an estimator that
// compares with nothing fails.
describe('The effect of a price change in simulated markets with a launch', () => {
  const truths = seeds.flatMap((seed) =>
    [...playMarket(seed, 'effect', 'launch'), ...playMarket(seed, 'no-effect', 'launch')].filter(
      ({ measure, after, told }) => told && measure === 'units' && after === 28,
    ),
  );

  it('is within the interval in most of them', () => {
    assert.ok(truths.length >= 60, 'most markets have enough sales');
    assert.ok(truths.filter(({ holds }) => holds).length / truths.length >= 0.85);
  });

  it('would often be missed without the territories whose price stayed', () => {
    let holds = 0;
    let told = 0;
    for (const seed of seeds) {
      const market = drawMarket(seed, 'effect', 'launch');
      const changed = market.units.filter((_, index) => market.changed[index]).map((units) => ({ units }));
      const { verdict } = measureChange({ changed, stayed: [], at: market.at }, 'units', 28);
      const truth = playMarket(seed, 'effect', 'launch').find(
        ({ measure, after }) => measure === 'units' && after === 28,
      );
      if (verdict.interval === undefined || truth === undefined) continue;
      told += 1;
      if (verdict.interval.low <= truth.trueRatio && truth.trueRatio <= verdict.interval.high) holds += 1;
    }
    assert.ok(holds / told < 0.8, `${holds} of ${told}`);
  });
});
