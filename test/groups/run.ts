// `npm test`: the core in one process, every other file in one of its own. Arguments go to Node's test runner.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, sep } from 'node:path';
import { CORE_FOLDERS } from './folders.ts';

/** One more than the usual cores: files wait for worker threads and sockets now and then. */
const CONCURRENCY = 3;
const others = globSync('test/**/*.test.ts')
  .filter((file) => !CORE_FOLDERS.some((folder) => file.startsWith(join('test', folder) + sep)))
  .sort();
const { status } = spawnSync(
  process.execPath,
  ['--test', `--test-concurrency=${CONCURRENCY}`, ...process.argv.slice(2), 'test/groups/core.ts', ...others],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
