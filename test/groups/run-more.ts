// `npm run test:more`: what `npm test` plays a part of, in the numbers that every push waits for.
import { spawnSync } from 'node:child_process';

const FILES = [
  'test/histories/histories.test.ts',
  'test/faults/product/product-histories.test.ts',
  'test/faults/prices/price-protocol.test.ts',
  'test/faults/crash/fetch-crash.deep.ts',
  'test/faults/crash/request-crash.deep.ts',
  'test/end-to-end/local-world.deep.ts',
];
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=2', ...process.argv.slice(2), ...FILES],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
