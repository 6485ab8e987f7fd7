import { Command } from 'commander';
import * as z from 'zod';
import { measureColdStarts } from './cold-start.ts';
import { measureConversion, measureWideFiles } from './conversion/conversion.ts';
import { effectQuality, effectsFound } from './effect/effect.ts';
import { measureKilledPrices } from './prices/price-kill.ts';
import { measureNight } from './prices/price-night.ts';
import { measurePrices } from './prices/prices.ts';
import { type Measure, measureFigures } from './report/measure-figures.ts';
import { measureBackfill } from './scale/backfill.ts';
import { measurePlanner } from './scale/planner.ts';
import { measureScale, playMorning } from './scale/scale.ts';
import { measureMinting } from './tokens/minting.ts';
import { measureTokenStart } from './tokens/start.ts';

// `npm run bench`: prints measured tables; docs/benchmarks.md holds them.

const program: Command = new Command('npm run bench --')
  .description(
    'Measures, and prints tables as ratios against a peer of the same run. Without an option: conversion and wide files.',
  )
  .option('--rows <counts>', 'conversion: rows of the files', '100000,1000000')
  .option('--runs <count>', 'conversion: runs of which the median counts', '3')
  .option('--peers', 'whatever has a peer, in one run: conversion, tokens, cold start, prices')
  .option('--minting', 'a token from the prompt, and what signing one costs')
  .option('--cold-start', 'how long each bundle takes to load, beside an empty handler')
  .option('--prices', 'a price change beside clients of one request per territory, also killed half-way')
  .option('--effect', 'how often the estimate of an effect is right; ends with 1 where a goal is missed')
  .option('--markets <count>', 'effect: simulated markets of each kind', '500')
  .option('--night <products>', 'price changes of so many products in one night, in simulated time')
  .option('--backfill', "a year of six series at Apple's limits, in simulated time")
  .option('--planner <teams>', 'the planner alone, with so many teams')
  .option('--scale <teams>', 'the planner with a year behind twenty series per team, and their morning')
  .option('--morning <teams>', 'the morning alone, with what was once measured of the planner')
  .option('--write', 'put each table into docs/benchmarks.md as soon as it is measured')
  .addHelpText(
    'after',
    '\nSeveral counts are separated by commas: --night 1,10,100. All of it: docs/benchmarks.md',
  )
  .allowExcessArguments(false)
  .parse();

const count = z.coerce.number().int().positive();
const counts = z
  .string()
  .regex(/^[1-9]\d*(,[1-9]\d*)*$/, 'must be whole numbers, separated by commas')
  .transform((text) => text.split(',').map(Number));
const flag = z.boolean().default(false);
const parsed = z
  .object({
    rows: counts,
    runs: count,
    markets: count,
    peers: flag,
    minting: flag,
    coldStart: flag,
    prices: flag,
    effect: flag,
    backfill: flag,
    write: flag,
    night: counts.optional(),
    planner: counts.optional(),
    scale: counts.optional(),
    morning: count.optional(),
  })
  .safeParse(program.opts());
if (!parsed.success) program.error(z.prettifyError(parsed.error));
const options = parsed.data;

/** Daily series of each team in `--scale` and `--morning`. */
const SERIES = 20;
const DAYS = 365;
const { night, planner, scale, morning } = options;
/** Goals of the effect that are missed. */
const missed: string[] = [];
const conversion = [() => measureConversion(options.rows, options.runs), measureWideFiles];
const tokens = [measureTokenStart, measureMinting];
const prices = [measurePrices, measureKilledPrices];

const chosen: Measure[] = [
  ...(options.peers ? [...conversion, ...tokens, measureColdStarts, ...prices] : []),
  ...(options.minting ? tokens : []),
  ...(options.coldStart ? [measureColdStarts] : []),
  ...(options.prices ? prices : []),
  ...(options.effect
    ? [() => effectQuality(options.markets, missed), () => effectsFound(options.markets)]
    : []),
  ...(night ? [() => measureNight(night)] : []),
  ...(options.backfill ? [measureBackfill] : []),
  ...(planner ? [() => measurePlanner(planner)] : []),
  ...(scale ? [() => measureScale(scale, SERIES, DAYS)] : []),
  ...(morning ? [() => playMorning(morning, SERIES)] : []),
];
await measureFigures(chosen.length > 0 ? chosen : conversion, options.write);
if (missed.length > 0) process.exitCode = 1;
