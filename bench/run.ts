import { script, wholeNumber, wholeNumbers } from '../tools/script/script.ts';
import { measureColdStarts } from './cold-start.ts';
import { measureConversion, measureWideFiles } from './conversion/conversion.ts';
import { effectQuality, effectsFound } from './effect/effect.ts';
import { territoryQuality } from './effect/single-territories.ts';
import { measureKilledPrices } from './prices/price-kill.ts';
import { measureNight } from './prices/price-night.ts';
import { measurePrices } from './prices/prices.ts';
import { measureFigures } from './report/measure-figures.ts';
import { measureBackfill } from './scale/backfill.ts';
import { measurePlanner } from './scale/planner.ts';
import { measureScale, playMorning } from './scale/scale.ts';
import { measureMinting } from './tokens/minting.ts';
import { measureTokenStart } from './tokens/start.ts';

type Options = {
  rows: number[];
  runs: number;
  markets: number;
  write: boolean;
  peers: boolean;
  prices: boolean;
  coldStart: boolean;
  minting: boolean;
  effect: boolean;
  backfill: boolean;
  night?: number[];
  planner?: number[];
  scale?: number[];
  morning?: number;
};

const SERIES = 20;
const DAYS = 365;

const { rows, runs, markets, write, ...chosen }: Options = script(
  'npm run bench',
  'Measures. Without a choice: report conversion beside DuckDB, pandas and Polars, in one run, as ratios; and the memory of wide files.',
)
  .option('--rows <n,n>', 'conversion: rows of the files', wholeNumbers, [100_000, 1_000_000])
  .option('--runs <n>', 'conversion: runs of each', wholeNumber, 3)
  .option('--peers', 'whatever has a peer, in one run', false)
  .option('--prices', 'price changes beside clients of one request a territory', false)
  .option('--cold-start', 'how long each bundle takes to load, beside an empty handler', false)
  .option('--minting', 'how long a token takes from the prompt, and to sign, beside other ways', false)
  .option('--effect', 'how often the estimate of a price effect is right, on simulated markets', false)
  .option('--markets <n>', 'effect: simulated markets', wholeNumber, 500)
  .option('--write', 'put each of the tables above into docs/benchmarks.md', false)
  .option('--backfill', "a year of six series at Apple's limits, in simulated time", false)
  .option('--night <n,n>', 'price changes of so many products in one night, in simulated time', wholeNumbers)
  .option('--planner <n,n>', 'the planner alone, with so many teams', wholeNumbers)
  .option(
    '--scale <n,n>',
    'the planner of so many teams, each with 20 series and a year of days',
    wholeNumbers,
  )
  .option('--morning <n>', 'the whole morning of so many teams, in simulated time', wholeNumber)
  .parse()
  .opts<Options>();

const CONVERSION = [() => measureConversion(rows, runs), measureWideFiles];
const PRICES = [measurePrices, measureKilledPrices];

if (chosen.backfill) {
  console.log('365 days of six series of one vendor, five workers, 3500 requests an hour and 300 a minute');
  console.log((await measureBackfill()).toString());
}
if (chosen.planner !== undefined) {
  console.log('The planner alone, two daily series a team, a week of days, tables on dynalite');
  console.log((await measurePlanner(chosen.planner)).toString());
}
if (chosen.scale !== undefined) {
  console.log(
    'The planner with a year of days behind each of twenty series a team, as deployed, before a stand-in for AWS',
  );
  await measureScale(chosen.scale, SERIES, DAYS);
}
if (chosen.morning !== undefined) await playMorning(chosen.morning, SERIES);
if (chosen.peers) await measureFigures([...CONVERSION, measureMinting, measureColdStarts, ...PRICES], write);
if (chosen.effect) {
  const failures: string[] = [];
  await measureFigures(
    [
      () => effectQuality(markets, failures),
      () => effectsFound(markets),
      () => territoryQuality(markets, failures),
    ],
    write,
  );
  if (failures.length > 0) process.exitCode = 1;
}
if (chosen.prices) await measureFigures(PRICES, write);
if (chosen.night !== undefined) {
  console.log(
    'A night of price changes: five territories a product, five workers, 3500 requests an hour, 300 a minute',
  );
  console.log((await measureNight(chosen.night)).toString());
}
if (chosen.coldStart) await measureFigures([measureColdStarts], write);
if (chosen.minting) await measureFigures([measureTokenStart, measureMinting], write);
const isAnyChosen = Object.values(chosen).some((choice) => choice !== undefined && choice !== false);
if (!isAnyChosen) await measureFigures(CONVERSION, write);
