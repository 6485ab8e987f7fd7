import { script, wholeNumber, wholeNumbers } from '../tools/script/script.ts';
import { measureColdStarts } from './cold-start.ts';
import { measureConversion, measureWideFiles } from './conversion/conversion.ts';
import { effectQuality, effectsFound } from './effect/effect.ts';
import { territoryQuality } from './effect/single-territories.ts';
import { measureKilledPrices } from './prices/price-kill.ts';
import { measureNight } from './prices/price-night.ts';
import { measurePrices } from './prices/prices.ts';
import { type Measure, measureFigures } from './report/measure-figures.ts';
import { measureSales } from './sales/sales.ts';
import { measureBackfill } from './scale/backfill.ts';
import { measurePlanner } from './scale/planner.ts';
import { measureScale, playMorning } from './scale/scale.ts';
import { measureMinting } from './tokens/minting.ts';
import { measureTokenStart } from './tokens/start.ts';

// `npm run bench`: prints measured tables; docs/benchmarks.md holds them.

type Options = {
  rows: number[];
  runs: number;
  markets: number;
  write: boolean;
  peers: boolean;
  prices: boolean;
  sales: boolean;
  coldStart: boolean;
  minting: boolean;
  effect: boolean;
  backfill: boolean;
  night?: number[];
  planner?: number[];
  scale?: number[];
  morning?: number;
};

/** Daily series of each team in `--scale` and `--morning`, and the days behind them. */
const SERIES = 20;
const DAYS = 365;

const options: Options = script(
  'npm run bench',
  'Measures. Without a choice: report conversion beside DuckDB, pandas and Polars, in one run, as ratios; and the memory of wide files.',
)
  .option('--rows <n,n>', 'conversion: rows of the files', wholeNumbers, [100_000, 1_000_000])
  .option('--runs <n>', 'conversion and sales: runs of each', wholeNumber, 3)
  .option('--peers', 'whatever has a peer, in one run', false)
  .option('--prices', 'price changes beside clients of one request per territory', false)
  .option('--sales', 'a day and 30 days of sales from the prompt, beside other clients', false)
  .option('--cold-start', 'how long each bundle takes to load, beside an empty handler', false)
  .option('--minting', 'how long a token takes from the prompt, and to sign, beside other ways', false)
  .option('--effect', 'how often the estimate of a price effect is right, on simulated markets', false)
  .option('--markets <n>', 'effect: simulated markets', wholeNumber, 500)
  .option('--backfill', "a year of six series at Apple's limits, in simulated time", false)
  .option('--night <n,n>', 'price changes of so many products in one night, in simulated time', wholeNumbers)
  .option('--planner <n,n>', 'the planner alone, with so many teams', wholeNumbers)
  .option(
    '--scale <n,n>',
    `the planner of so many teams, each with ${SERIES} series and a year of days; then their morning`,
    wholeNumbers,
  )
  .option('--morning <n>', 'the morning of so many teams alone, in simulated time', wholeNumber)
  .option('--write', 'put each table into docs/benchmarks.md as soon as it is measured', false)
  .parse()
  .opts<Options>();

const { night, planner, scale, morning } = options;
/** Goals that are missed. */
const missed: string[] = [];
const conversion = [() => measureConversion(options.rows, options.runs, missed), measureWideFiles];
const tokens = [measureTokenStart, measureMinting];
const prices = [() => measurePrices(missed), measureKilledPrices];
const sales = () => measureSales(options.runs, missed);

const chosen: Measure[] = [
  ...(options.peers ? [...conversion, ...tokens, measureColdStarts, sales, ...prices] : []),
  ...(options.minting ? tokens : []),
  ...(options.coldStart ? [measureColdStarts] : []),
  ...(options.sales ? [sales] : []),
  ...(options.prices ? prices : []),
  ...(options.effect
    ? [
        () => effectQuality(options.markets, missed),
        () => effectsFound(options.markets),
        () => territoryQuality(options.markets, missed),
      ]
    : []),
  ...(night ? [() => measureNight(night)] : []),
  ...(options.backfill ? [measureBackfill] : []),
  ...(planner ? [() => measurePlanner(planner)] : []),
  ...(scale ? [() => measureScale(scale, SERIES, DAYS)] : []),
  ...(morning ? [() => playMorning(morning, SERIES)] : []),
];
await measureFigures(chosen.length > 0 ? chosen : conversion, options.write);
if (missed.length > 0) {
  console.error(`Goals that are missed:\n${missed.map((goal) => `  ${goal}`).join('\n')}`);
  process.exitCode = 1;
}
