import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { script } from '../../tools/script/script.ts';
import { judge } from './judge.ts';
import { forgetSeen, readSeen } from './seen.ts';

/** Tests that play whole functions and commands, in this process: what another one calls is not heard. */
const TESTS = ['end-to-end', 'cli', 'keys', 'mcp', 'rates', 'local-aws/iam.test.ts'];

script(
  'npm run test:permissions',
  'Plays the tests of whole functions and commands, and compares what they needed with what the policies allow.',
).parse();
forgetSeen();
const files = TESTS.flatMap((path) =>
  path.endsWith('.ts') ? [`test/${path}`] : globSync(`test/${path}/**/*.test.ts`),
)
  .filter((file) => !file.endsWith('local-command.test.ts'))
  .sort();
const { status } = spawnSync(
  process.execPath,
  [
    '--import',
    './test/permissions/watch.ts',
    '--test',
    '--test-concurrency=2',
    '--test-reporter=dot',
    ...files,
  ],
  { stdio: 'inherit' },
);
const problems = judge(readSeen());
for (const problem of problems) console.log(problem);
console.log(`${problems.length} problems with permissions`);
process.exitCode = status === 0 && problems.length === 0 ? 0 : 1;
