import { join } from 'node:path';
import { script } from '../../../tools/script/script.ts';
import { parseSeeds } from '../../engine/seeds.ts';
import { playInParts } from '../../engine/shares.ts';

const [seeds = ''] = script(
  'npm run histories',
  'Plays random histories of the whole product on all cores and prints what came of them as JSON: each that broke a promise, and the first of these with its fewest events. Exits with 1 where there is one.',
)
  .argument('[seeds]', 'such as 1-500', '1-20000')
  .parse()
  .processedArgs.map(String);
const all = parseSeeds(seeds);
const startedAt = performance.now();
const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);
const file = join(import.meta.dirname, 'product-history.ts');
const result = await playInParts(file, all, ({ played, broken }) => {
  process.stderr.write(`${played} of ${all.length} histories, ${seconds()} s\n`);
  for (const { seed, message } of broken) process.stderr.write(`Seed ${seed} broke a promise: ${message}\n`);
});
process.stdout.write(`${JSON.stringify({ ...result, seconds: seconds() }, undefined, 1)}\n`);
process.exitCode = result.broken.length + result.crashed.length === 0 ? 0 : 1;
