// `npm test`: each group of files in one process, every other file in one of its own. Arguments go to Node's test
// runner.
import { spawnSync } from 'node:child_process';
import { entryOf, everyFile, filesOf, GROUP_NAMES } from './groups.ts';

/** One more than the usual cores: files wait for worker threads and sockets now and then. */
const CONCURRENCY = 3;
const grouped = new Set(GROUP_NAMES.flatMap(filesOf));
const alone = everyFile().filter((file) => !grouped.has(file));
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${CONCURRENCY}`,
    ...process.argv.slice(2),
    ...GROUP_NAMES.map(entryOf),
    ...alone,
  ],
  // One test asks for it; it would take most of every synthesis (test/infra/templates.ts).
  { stdio: 'inherit', env: { ...process.env, CDK_VALIDATION: 'false', LOCAL_SOURCE_MAPS: 'off' } },
);
process.exitCode = status ?? 1;
