import type { Measure } from '../../functions/price-effect/estimator/measure-change.ts';
import { LOOKS } from '../../functions/price-effect/estimator/windows.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { formatPercent, percentOf } from '../report/statistics.ts';
import type { Scenario, Truth } from './market.ts';
import { type Look, playMarket } from './play.ts';

/** What the estimator must reach, in percent. */
const GOALS = { holds: { minimum: 85, maximum: 95 }, falseWords: 10, wrongDirection: 3 };

/** The looks of each market stand together, so that "any of three looks" can be asked. */
function play(markets: number, truth: Truth, scenario?: Scenario): Look[][] {
  return Array.from({ length: markets }, (_, index) => playMarket(index + 1, truth, scenario));
}

const nullOf = (measure: Measure): Truth => (measure === 'units' ? 'no-effect' : 'pays-for-itself');

/** The rows of one kind of markets; what misses a goal is added to `failures`. */
function qualityRows(title: string, markets: number, failures: string[], scenario?: Scenario): string[][] {
  const withEffect = play(markets, 'effect', scenario).flat();
  const rows: string[][] = [];
  for (const measure of ['units', 'proceeds'] as const) {
    const without = play(markets, nullOf(measure), scenario).map((looks) =>
      looks.filter((look) => look.measure === measure),
    );
    for (const after of LOOKS) {
      const effects = withEffect.filter((look) => look.measure === measure && look.after === after);
      const nulls = without.flat().filter((look) => look.after === after);
      const told = [...effects, ...nulls].filter((look) => look.told);
      const holds = percentOf(told.filter((look) => look.holds).length, told.length);
      const falseWords = percentOf(
        nulls.filter((look) => look.word).length,
        nulls.filter((look) => look.told).length,
      );
      const wrong = percentOf(
        effects.filter(({ word, trueRatio }) => word !== undefined && (word === 'rose') !== trueRatio > 1)
          .length,
        effects.filter((look) => look.told).length,
      );
      rows.push([
        title,
        measure,
        `${after} days`,
        String(told.length),
        formatPercent(holds),
        formatPercent(falseWords),
        formatPercent(wrong),
      ]);
      const where = `${title}, ${measure}, ${after} days`;
      if (holds < GOALS.holds.minimum)
        failures.push(`${where}: the interval holds in ${formatPercent(holds)} %`);
      if (scenario === undefined && holds > GOALS.holds.maximum)
        failures.push(`${where}: the interval holds in ${formatPercent(holds)} %, so it is too wide`);
      if (falseWords > GOALS.falseWords)
        failures.push(`${where}: false words in ${formatPercent(falseWords)} %`);
      if (wrong > GOALS.wrongDirection)
        failures.push(`${where}: wrong direction in ${formatPercent(wrong)} %`);
    }
    const any = percentOf(
      without.filter((looks) => looks.some((look) => look.word)).length,
      without.filter((looks) => looks.some((look) => look.told)).length,
    );
    rows.push([title, measure, 'any of three', '', '', formatPercent(any), '']);
    if (any > GOALS.falseWords)
      failures.push(`${title}, ${measure}, any look: false words in ${formatPercent(any)} %`);
  }
  return rows;
}

const SIZES = [10, 30, 300, 3000];
const EFFECTS = [
  { name: '5 to 15 %', from: 0.05, to: 0.15 },
  { name: '15 to 30 %', from: 0.15, to: 0.3 },
  { name: 'over 30 %', from: 0.3, to: Number.POSITIVE_INFINITY },
];

/**
 * How often the estimator's interval holds the truth, and how often it says something false, on simulated markets.
 * Launch, rush and season are played apart, as mixed markets hide mistakes that only show there.
 *
 * @param failures filled with the goals that were missed
 */
export function effectQuality(markets: number, failures: string[]): Figures {
  const rows = [
    ...qualityRows('mixed', markets, failures),
    ...(['launch', 'rush', 'season'] as const).flatMap((scenario) =>
      qualityRows(scenario, markets, failures, scenario),
    ),
  ];
  return {
    name: 'effect-quality',
    caption: 'How often the estimate of a price change’s effect is right',
    columns: [
      ...[left('markets'), left('measure'), left('look')],
      ...[right('told'), right('interval holds %'), right('false words %'), right('wrong direction %')],
    ],
    rows,
    notes: [
      `${markets} simulated markets with an effect and ${markets} without, of each kind, from the same seeds in every run.`,
      `Goals: the 90 % interval holds in ${GOALS.holds.minimum} to ${GOALS.holds.maximum} % (launch, rush and season: at least ${GOALS.holds.minimum} %), false words at most ${GOALS.falseWords} %, also over all three looks, wrong direction at most ${GOALS.wrongDirection} %. ${failures.length === 0 ? 'All are met.' : `Missed: ${failures.join('; ')}.`}`,
    ],
  };
}

/** What share of real effects gets a word: an estimator that never speaks would pass every other test. */
export function effectsFound(markets: number): Figures {
  const looks = play(markets, 'effect').flat();
  const size = (look: Look): number => Math.abs(Math.log(look.trueRatio));
  const rows = SIZES.slice(0, -1).flatMap((from, index) => {
    const to = SIZES[index + 1] ?? Number.POSITIVE_INFINITY;
    return LOOKS.map((after) => {
      const here = looks.filter(
        (look) =>
          look.measure === 'units' &&
          look.after === after &&
          look.salesPerDay >= from &&
          look.salesPerDay < to,
      );
      const found = EFFECTS.map((effect) => {
        const real = here.filter((look) => size(look) >= effect.from && size(look) < effect.to);
        return `${formatPercent(percentOf(real.filter((look) => look.word).length, real.length))} (of ${real.length})`;
      });
      return [`${from} to ${to}`, `${after} days`, ...found];
    });
  });
  return {
    name: 'effect-found',
    caption: 'Real effects on units that get a word',
    columns: [left('sales per day'), left('look'), ...EFFECTS.map(({ name }) => right(`found % of ${name}`))],
    rows,
    notes: [`The ${markets} mixed markets with an effect.`],
  };
}
