import type { Measure } from '../../functions/price-effect/estimator/measure-change.ts';
import { LOOKS } from '../../functions/price-effect/estimator/windows.ts';
import { type Figures, left, right } from '../report/figures.ts';
import type { Scenario, Truth } from './market.ts';
import { type Look, playMarket } from './play.ts';

/** What the estimator must reach, in percent. */
const GOALS = { holds: { least: 85, most: 95 }, falseWords: 10, wrongDirection: 3 };

const share = (part: number, whole: number): number => (whole === 0 ? Number.NaN : (100 * part) / whole);
const shown = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(1));

/** The looks of each market stand together, so that "any of three looks" can be asked. */
function play(markets: number, truth: Truth, scenario?: Scenario): Look[][] {
  return Array.from({ length: markets }, (_, index) => playMarket(index + 1, truth, scenario));
}

const nullOf = (measure: Measure): Truth => (measure === 'units' ? 'no-effect' : 'pays-for-itself');

type Failure = string;

/** The rows of one kind of markets; what misses a goal is added to `failures`. */
function qualityRows(title: string, markets: number, failures: Failure[], scenario?: Scenario): string[][] {
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
      const holds = share(told.filter((look) => look.holds).length, told.length);
      const falseWords = share(
        nulls.filter((look) => look.word).length,
        nulls.filter((look) => look.told).length,
      );
      const wrong = share(
        effects.filter(({ word, trueRatio }) => word !== undefined && (word === 'rose') !== trueRatio > 1)
          .length,
        effects.filter((look) => look.told).length,
      );
      rows.push([
        title,
        measure,
        `${after} days`,
        String(told.length),
        shown(holds),
        shown(falseWords),
        shown(wrong),
      ]);
      const where = `${title}, ${measure}, ${after} days`;
      if (holds < GOALS.holds.least) failures.push(`${where}: the interval holds in ${shown(holds)} %`);
      if (scenario === undefined && holds > GOALS.holds.most)
        failures.push(`${where}: the interval holds in ${shown(holds)} %, so it is too wide`);
      if (falseWords > GOALS.falseWords) failures.push(`${where}: false words in ${shown(falseWords)} %`);
      if (wrong > GOALS.wrongDirection) failures.push(`${where}: wrong direction in ${shown(wrong)} %`);
    }
    const any = share(
      without.filter((looks) => looks.some((look) => look.word)).length,
      without.filter((looks) => looks.some((look) => look.told)).length,
    );
    rows.push([title, measure, 'any of three', '', '', shown(any), '']);
    if (any > GOALS.falseWords)
      failures.push(`${title}, ${measure}, any look: false words in ${shown(any)} %`);
  }
  return rows;
}

const SIZES = [10, 30, 300, 3000];
const EFFECTS = [
  { name: '5 to 15 %', least: 0.05, most: 0.15 },
  { name: '15 to 30 %', least: 0.15, most: 0.3 },
  { name: 'over 30 %', least: 0.3, most: Number.POSITIVE_INFINITY },
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
      `Goals: the 90 % interval holds in ${GOALS.holds.least} to ${GOALS.holds.most} % (launch, rush and season: at least ${GOALS.holds.least} %), false words at most ${GOALS.falseWords} %, also over all three looks, wrong direction at most ${GOALS.wrongDirection} %. ${failures.length === 0 ? 'All are met.' : `Missed: ${failures.join('; ')}.`}`,
    ],
  };
}

/** What share of real effects gets a word: an estimator that never speaks would pass every other test. */
export function effectsFound(markets: number): Figures {
  const looks = play(markets, 'effect').flat();
  const size = (look: Look): number => Math.abs(Math.log(look.trueRatio));
  const rows = SIZES.slice(0, -1).flatMap((least, index) => {
    const most = SIZES[index + 1] ?? Number.POSITIVE_INFINITY;
    return LOOKS.map((after) => {
      const here = looks.filter(
        (look) =>
          look.measure === 'units' &&
          look.after === after &&
          look.salesPerDay >= least &&
          look.salesPerDay < most,
      );
      const found = EFFECTS.map((effect) => {
        const real = here.filter((look) => size(look) >= effect.least && size(look) < effect.most);
        return `${shown(share(real.filter((look) => look.word).length, real.length))} (of ${real.length})`;
      });
      return [`${least} to ${most}`, `${after} days`, ...found];
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
