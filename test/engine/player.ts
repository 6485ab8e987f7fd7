// One process that plays histories and prints what came of it as JSON:
//
//   node test/engine/player.ts test/faults/product/product-history.ts 1-500 [as-found]
//
// The module exports them as `history`. Exits with 1 where one broke a promise.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type History, playSeeds } from './history.ts';
import { prepareToPlay } from './prepare.ts';
import { parseSeeds } from './seeds.ts';

const [, , file = '', seeds = '1-100', how = 'shortened'] = process.argv;
prepareToPlay();
const module: { history: History<unknown> } = await import(pathToFileURL(resolve(file)).href);
const played = await playSeeds(module.history, parseSeeds(seeds), { shorten: how !== 'as-found' });
process.stdout.write(`${JSON.stringify(played, undefined, 1)}\n`);
process.exitCode = played.broken === undefined ? 0 : 1;
