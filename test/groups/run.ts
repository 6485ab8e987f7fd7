// `npm test`: each group of files in one process, every other file in one of its own. Arguments go to Node's test
// runner.
import { runFilesAndGroups } from './run-all.ts';

runFilesAndGroups('part', process.argv.slice(2));
