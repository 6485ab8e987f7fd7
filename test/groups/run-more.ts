// `npm run test:more`: what `npm test` plays a part of, in the numbers that every push waits for. Arguments go to Node's
// test runner.
import { runFilesAndGroups } from './run-all.ts';

/** Beside the test files: what only this run plays. */
const FILES = [
  'test/end-to-end/local-world.deep.ts',
  'test/faults/crash/fetch-crash.deep.ts',
  'test/faults/crash/request-crash.deep.ts',
];

runFilesAndGroups('more', process.argv.slice(2), FILES);
