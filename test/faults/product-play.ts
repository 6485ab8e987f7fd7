// Plays histories of the whole product: `npm run histories`, or `node test/faults/product-play.ts 1-500`. Exits with 1
// where one broke a promise.
import { playProduct } from './product-histories.ts';

const [, , chosen = '1-20000', how = 'shortened'] = process.argv;
const [first = 1, last = first] = chosen.split('-').map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);
const { broken, happened } = await playProduct(seeds, { shorten: how === 'shortened' });
process.stdout.write(
  `${JSON.stringify({ ...(broken !== undefined && { failure: broken }), happened }, undefined, 1)}\n`,
);
process.exitCode = broken === undefined ? 0 : 1;
