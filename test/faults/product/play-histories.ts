import { join } from 'node:path';
import { script } from '../../../tools/script/script.ts';
import { parseSeeds } from '../../engine/seeds.ts';
import { playInParts } from '../../engine/shares.ts';

const [seeds = ''] = script(
  'npm run histories',
  'Plays random histories of the whole product on all cores and prints what came of them as JSON. Exits with 1 where one broke a promise.',
)
  .argument('[seeds]', 'such as 1-500', '1-20000')
  .parse()
  .processedArgs.map(String);
const all = parseSeeds(seeds);
const startedAt = performance.now();
const seconds = (): number => Math.round((performance.now() - startedAt) / 1000);
const played = await playInParts(join(import.meta.dirname, 'product-history.ts'), all, (count) => {
  process.stderr.write(`${count} of ${all.length} histories, ${seconds()} s\n`);
});
process.stdout.write(`${JSON.stringify({ ...played, seconds: seconds() }, undefined, 1)}\n`);
process.exitCode = played.broken === undefined ? 0 : 1;
