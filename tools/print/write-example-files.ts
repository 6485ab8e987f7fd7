import { existsSync, readdirSync } from 'node:fs';
import { writeExample } from '../../local/from-files/example/write-example.ts';
import { script } from '../script/script.ts';

/** A year of daily files: as many as Apple keeps. */
const DAYS = 365;

const command = script(
  'npm run example:files',
  'Writes report files of every kind, for npm start -- --from-files DIR.',
)
  .argument('<dir>', 'a new or an empty folder')
  .parse();
const [directory = ''] = command.args;
if (existsSync(directory) && readdirSync(directory).length > 0)
  command.error(`${directory} holds files already; name a new or an empty folder.`);
const files = writeExample(directory, DAYS);
console.log(`${files.length} files are in ${directory}. Next: npm start -- --from-files ${directory}`);
