import { intervalOf } from '../../functions/price-effect/estimator/estimate.ts';
import { measureEach } from '../../functions/price-effect/estimator/measure-change.ts';
import { territoryLevel, wordOf } from '../../functions/price-effect/estimator/verdict.ts';
import { LOOKS, type LookDays } from '../../functions/price-effect/estimator/windows.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { formatPercent, percentOf } from '../report/statistics.ts';
import { drawMarket, type Market, type Scenario, type Truth } from './market.ts';
import { changedTerritories, dataOf, trueRatio } from './play.ts';

/** What the table of single territories must reach, in percent. */
const GOALS = { holds: 85, falseWords: 13 };

/** One look at one market: its changed territories that are told alone. */
type TerritoryLook = { told: number; holds: number; words: number; real: number; found: number };

/** An effect of a fifth or more, up or down in ratios: worth finding in a single territory. */
const LARGE = Math.log(1.25);

function lookAt(market: Market, after: LookDays): TerritoryLook {
  const places = changedTerritories(market);
  const results = measureEach(dataOf(market), 'units', after);
  const level = territoryLevel(results.length, after);
  const look: TerritoryLook = { told: results.length, holds: 0, words: 0, real: 0, found: 0 };
  for (const { place, estimate } of results) {
    const truth = trueRatio(market, [places[place] ?? 0], 'units', after);
    const { low, high } = intervalOf(estimate, 0.9);
    const word = wordOf(estimate, level);
    const called = word === 'rose' || word === 'fell';
    const isLarge = Math.abs(Math.log(truth)) >= LARGE;
    look.holds += low <= truth && truth <= high ? 1 : 0;
    look.words += called ? 1 : 0;
    look.real += isLarge ? 1 : 0;
    look.found += isLarge && called ? 1 : 0;
  }
  return look;
}

const sum = (looks: readonly TerritoryLook[], name: keyof TerritoryLook): number =>
  looks.reduce((total, look) => total + look[name], 0);

function rowsOf(title: string, markets: number, failures: string[], scenario?: Scenario): string[][] {
  const draw = (truth: Truth) =>
    Array.from({ length: markets }, (_, index) => drawMarket(index + 1, truth, scenario));
  const [effects, nulls] = [draw('effect'), draw('no-effect')];
  return LOOKS.map((after) => {
    const withEffect = effects.map((market) => lookAt(market, after));
    const without = nulls.map((market) => lookAt(market, after)).filter(({ told }) => told > 0);
    const all = [...withEffect, ...without];
    const holds = percentOf(sum(all, 'holds'), sum(all, 'told'));
    const falseWords = percentOf(without.filter(({ words }) => words > 0).length, without.length);
    const where = `single territories, ${title}, ${after} days`;
    if (holds < GOALS.holds) failures.push(`${where}: the interval holds in ${formatPercent(holds)} %`);
    if (falseWords > GOALS.falseWords)
      failures.push(`${where}: some territory is called falsely in ${formatPercent(falseWords)} %`);
    return [
      title,
      `${after} days`,
      String(sum(all, 'told')),
      formatPercent(holds),
      formatPercent(falseWords),
      `${formatPercent(percentOf(sum(withEffect, 'found'), sum(withEffect, 'real')))} (of ${sum(withEffect, 'real')})`,
    ];
  });
}

/**
 * How often the interval of a single territory holds the truth, and in how many changes without an effect some territory
 * is called one.
 *
 * @param failures filled with the goals that were missed
 */
export function territoryQuality(markets: number, failures: string[]): Figures {
  const before = failures.length;
  const rows = [
    ...rowsOf('mixed', markets, failures),
    ...(['launch', 'rush', 'season'] as const).flatMap((scenario) =>
      rowsOf(scenario, markets, failures, scenario),
    ),
  ];
  const missed = failures.slice(before);
  return {
    name: 'effect-territories',
    caption: 'Single territories of a price change, each told alone',
    columns: [
      ...[left('markets'), left('look'), right('territories told'), right('interval holds %')],
      ...[right('changes with a false word %'), right('found % of a fifth or more')],
    ],
    rows,
    notes: [
      `The ${markets} markets with an effect and ${markets} without of each kind; units.`,
      'A false word: a change without an effect in which some territory is said to rise or fall.',
      `Goals: the 90 % interval holds in at least ${GOALS.holds} %, false words in at most ${GOALS.falseWords} % of the changes. ${missed.length === 0 ? 'All are met.' : `Missed: ${missed.join('; ')}.`}`,
    ],
  };
}
