// Plays histories of the whole product: `npm run histories`, or `node test/faults/product/product-play.ts 1-500`; a third word
// is for how many seconds at most. Exits with 1 where one broke a promise.
import { useScratch } from '../../histories/scratch.ts';
import { playProduct } from './product-histories.ts';

const [, , chosen = '1-20000', how = 'shortened', seconds = 'Infinity'] = process.argv;
const [first = 1, last = first] = chosen.split('-').map(Number);
function* seeds() {
  for (let seed = first; seed <= last; seed += 1) yield seed;
}
useScratch();
const until = Date.now() + Number(seconds) * 1000;
const { broken, happened } = await playProduct(seeds(), { shorten: how === 'shortened', until });
process.stdout.write(
  `${JSON.stringify({ ...(broken !== undefined && { failure: broken }), happened }, undefined, 1)}\n`,
);
process.exitCode = broken === undefined ? 0 : 1;
