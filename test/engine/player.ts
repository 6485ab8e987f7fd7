// One process that plays histories and prints what came of it as JSON:
//
//   node test/engine/player.ts test/faults/product/product-history.ts 1-500 [shortened | as-found | every]
//
// The module exports them as `history`. `shortened` and `as-found` stop at the first history that breaks a promise and
// tell it with its fewest steps or with all; `every` plays all and lists each that breaks one, without its steps.
// Exits with 1 where one broke a promise.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type History, playEvery, playSeeds } from './history.ts';
import { prepareToPlay } from './prepare.ts';
import { parseSeeds } from './seeds.ts';

const [, , file = '', seedsText = '1-100', how = 'shortened'] = process.argv;
prepareToPlay();
const { history }: { history: History<unknown> } = await import(pathToFileURL(resolve(file)).href);
const seeds = parseSeeds(seedsText);
const played =
  how === 'every'
    ? await playEvery(history, seeds)
    : await playSeeds(history, seeds, { shorten: how !== 'as-found' });
process.stdout.write(`${JSON.stringify(played, undefined, 1)}\n`);
process.exitCode = [played.broken ?? []].flat().length === 0 ? 0 : 1;
