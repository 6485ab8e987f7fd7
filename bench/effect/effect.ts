import Table from 'cli-table3';
import type { Measure } from '../../functions/price-effect/estimator/measure-change.ts';
import { LOOKS } from '../../functions/price-effect/estimator/windows.ts';
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

function printQuality(title: string, markets: number, scenario?: Scenario): Failure[] {
  const failures: Failure[] = [];
  const withEffect = play(markets, 'effect', scenario).flat();
  const table = new Table({
    head: ['measure', 'look', 'told', 'interval holds %', 'false words %', 'wrong direction %'],
  });
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
      table.push([measure, `${after} days`, told.length, shown(holds), shown(falseWords), shown(wrong)]);
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
    table.push([measure, 'any of three', '', '', shown(any), '']);
    if (any > GOALS.falseWords)
      failures.push(`${title}, ${measure}, any look: false words in ${shown(any)} %`);
  }
  console.log(`${title}: ${markets} markets with an effect, ${markets} without`);
  console.log(table.toString());
  return failures;
}

const SIZES = [10, 30, 300, 3000];
const EFFECTS = [
  { name: '5 to 15 %', least: 0.05, most: 0.15 },
  { name: '15 to 30 %', least: 0.15, most: 0.3 },
  { name: 'over 30 %', least: 0.3, most: Number.POSITIVE_INFINITY },
];

/** An estimator that never speaks would pass every other test. */
function printFound(markets: number): void {
  const looks = play(markets, 'effect').flat();
  const table = new Table({
    head: ['sales per day', 'look', ...EFFECTS.map(({ name }) => `found % of ${name}`)],
  });
  for (const [index, least] of SIZES.slice(0, -1).entries()) {
    const most = SIZES[index + 1] ?? Number.POSITIVE_INFINITY;
    for (const after of LOOKS) {
      const here = looks.filter(
        (look) =>
          look.measure === 'units' &&
          look.after === after &&
          look.salesPerDay >= least &&
          look.salesPerDay < most,
      );
      table.push([
        `${least} to ${most}`,
        `${after} days`,
        ...EFFECTS.map((effect) => {
          const size = (look: Look) => Math.abs(Math.log(look.trueRatio));
          const real = here.filter((look) => size(look) >= effect.least && size(look) < effect.most);
          return `${shown(share(real.filter((look) => look.word).length, real.length))} (of ${real.length})`;
        }),
      ]);
    }
  }
  console.log('Real effects on units that get a word');
  console.log(table.toString());
}

/**
 * How often the estimator's interval holds the truth, and how often it says something false, on simulated markets.
 * Launch, rush and season are played apart, as mixed markets hide mistakes that only show there.
 *
 * @returns whether every goal was met
 */
export function benchEffect(markets = 500): boolean {
  const failures = [
    ...printQuality('mixed', markets),
    ...(['launch', 'rush', 'season'] as const).flatMap((scenario) =>
      printQuality(scenario, markets, scenario),
    ),
  ];
  printFound(markets);
  for (const failure of failures) console.log(`✗ ${failure}`);
  if (failures.length === 0)
    console.log(
      `✓ intervals hold in ${GOALS.holds.least} to ${GOALS.holds.most} %, false words at most ${GOALS.falseWords} %, wrong direction at most ${GOALS.wrongDirection} %`,
    );
  return failures.length === 0;
}
