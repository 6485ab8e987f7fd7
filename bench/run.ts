import { parseArgs } from 'node:util';
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

// `npm run bench`: report conversion beside DuckDB, pandas and Polars, in one run, as ratios; the memory of wide files. `-- --rows 100000,1000000 --runs 3`
// `npm run bench -- --peers`: whatever has a peer, in one run.
// `--write` beside conversion, --peers, --minting, --cold-start, --prices or --effect: each table goes into docs/benchmarks.md.
// `npm run bench -- --backfill`: a year of six series at Apple's limits, in simulated time.
// `npm run bench -- --night 1,10,100,1000`: price changes of so many products in one night, in simulated time.
// `npm run bench -- --planner 1,10,100,1000`: the planner alone, with so many teams.
// `npm run bench -- --scale 10,100,1000`: the planner of so many teams with twenty series and a year of days each.
// the same, and then their whole morning in simulated time; `-- --morning 1000`: the morning alone.
// `npm run bench -- --cold-start`: how long each bundle takes to load, beside an empty handler.
// `npm run bench -- --effect`: how often the estimate of a price change's effect is right, on simulated markets. `-- --markets 100`
// `npm run bench -- --minting`: how long `asc-jobs token` takes from the prompt, beside ten lines of Python; what a token costs,
// beside other ways to sign one.
// `npm run bench -- --prices`: price changes beside clients of one request a territory.

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000,1000000' },
    runs: { type: 'string', default: '3' },
    backfill: { type: 'boolean', default: false },
    planner: { type: 'string' },
    scale: { type: 'string' },
    peers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    morning: { type: 'string' },
    prices: { type: 'boolean', default: false },
    night: { type: 'string' },
    'cold-start': { type: 'boolean', default: false },
    minting: { type: 'boolean', default: false },
    effect: { type: 'boolean', default: false },
    markets: { type: 'string', default: '500' },
  },
});
if (values.backfill) {
  console.log('365 days of six series of one vendor, five workers, 3500 requests an hour and 300 a minute');
  console.log((await measureBackfill()).toString());
}
if (values.planner !== undefined) {
  console.log('The planner alone, two daily series a team, a week of days, tables on dynalite');
  console.log((await measurePlanner(values.planner.split(',').map(Number))).toString());
}
if (values.scale !== undefined) {
  console.log(
    'The planner with a year of days behind each of twenty series a team, as deployed, before a stand-in for AWS',
  );
  await measureScale(values.scale.split(',').map(Number), 20, 365);
}
if (values.morning !== undefined) await playMorning(Number(values.morning), 20);
const CONVERSION = [
  () => measureConversion(values.rows.split(',').map(Number), Number(values.runs)),
  measureWideFiles,
];
const PRICES = [measurePrices, measureKilledPrices];
if (values.peers)
  await measureFigures([...CONVERSION, measureMinting, measureColdStarts, ...PRICES], values.write);
if (values.effect) {
  const failures: string[] = [];
  const markets = Number(values.markets);
  await measureFigures(
    [
      () => effectQuality(markets, failures),
      () => effectsFound(markets),
      () => territoryQuality(markets, failures),
    ],
    values.write,
  );
  if (failures.length > 0) process.exitCode = 1;
}
if (values.prices) await measureFigures(PRICES, values.write);
if (values.night !== undefined) {
  console.log(
    'A night of price changes: five territories a product, five workers, 3500 requests an hour, 300 a minute',
  );
  console.log((await measureNight(values.night.split(',').map(Number))).toString());
}
if (values['cold-start']) await measureFigures([measureColdStarts], values.write);
if (values.minting) await measureFigures([measureTokenStart, measureMinting], values.write);
const others =
  values.backfill ||
  values.peers ||
  values.prices ||
  values['cold-start'] ||
  values.effect ||
  values.minting ||
  [values.planner, values.night, values.scale, values.morning].some((value) => value !== undefined);
if (!others) await measureFigures(CONVERSION, values.write);
