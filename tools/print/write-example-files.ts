// `npm run example:files -- DIR`: a folder of report files of every kind, for `npm start -- --from-files DIR`.
import { existsSync, readdirSync } from 'node:fs';
import { writeExample } from '../../local/from-files/example/write-example.ts';

/** A year of daily files: as many as Apple keeps. */
const DAYS = 365;

const [directory] = process.argv.slice(2);
if (directory === undefined || (existsSync(directory) && readdirSync(directory).length > 0)) {
  console.error('Usage: npm run example:files -- DIR     DIR is a new or an empty folder');
  process.exitCode = 2;
} else {
  const files = writeExample(directory, DAYS);
  console.log(`${files.length} files are in ${directory}. Next: npm start -- --from-files ${directory}`);
}
