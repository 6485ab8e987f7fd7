import { script } from '../../../tools/script/script.ts';
import { playSeeds } from '../../engine/history.ts';
import { prepareToPlay } from '../../engine/prepare.ts';
import { parseSeeds } from '../../engine/seeds.ts';
import { history } from './product-history.ts';

const [seeds = ''] = script(
  'npm run histories',
  'Plays random histories of the whole product and prints what came of them as JSON. Exits with 1 where one broke a promise.',
)
  .argument('[seeds]', 'such as 1-500', '1-20000')
  .parse()
  .processedArgs.map(String);
prepareToPlay();
const played = await playSeeds(history, parseSeeds(seeds), { shorten: true });
process.stdout.write(`${JSON.stringify(played, undefined, 1)}\n`);
process.exitCode = played.broken === undefined ? 0 : 1;
