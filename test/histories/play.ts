// One process that plays histories: `node test/histories/play.ts 1,5,9` or `1-500`. Prints what came of it as JSON.
import { playHistories } from './run.ts';
import { useScratch } from './scratch.ts';

const [, , chosen = '1-100'] = process.argv;
const [first, last] = chosen.split('-').map(Number);
const seeds =
  first !== undefined && last !== undefined
    ? Array.from({ length: last - first + 1 }, (_, index) => first + index)
    : chosen.split(',').map(Number);
useScratch();
process.stdout.write(JSON.stringify(await playHistories(seeds)));
