import { basename, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import type { Extent } from './extent.ts';
import { entryOf, everyFile, filesOf, GROUP_NAMES, ROOT } from './groups.ts';

/** Three more than the usual cores: files wait for worker threads, sockets and clocks now and then. */
const CONCURRENCY = 5;

/**
 * Plays the test files: each group in one process, every other file in one of its own. In the order of the groups:
 * `node --test` would sort them by name, and end with a long one beside idle cores.
 *
 * @param options of Node.js for each of the processes, such as `--test-name-pattern=…`
 * @param files beside the test files, as paths from the root of the project
 */
export function runFilesAndGroups(
  extent: Extent,
  options: readonly string[],
  files: readonly string[] = [],
): void {
  process.env['TEST_EXTENT'] = extent;
  // One test asks for it; it would take most of every synthesis (test/infra/templates.ts).
  process.env['CDK_VALIDATION'] = 'false';
  process.env['LOCAL_SOURCE_MAPS'] = 'off';
  const grouped = new Set(GROUP_NAMES.flatMap((group) => filesOf(group)));
  const alone = everyFile(extent).filter((file) => !grouped.has(file));
  const entries = GROUP_NAMES.filter((group) => filesOf(group, extent).length > 0).map(entryOf);
  // Until the summary says that all is well.
  process.exitCode = 1;
  const tests = run({
    files: [...entries, ...files, ...alone].map((file) => join(ROOT, file)),
    concurrency: CONCURRENCY,
    execArgv: [...options],
  });
  // Which processes the others wait for, at a glance: the order of GROUPS and CONCURRENCY are chosen by it.
  const ends: string[] = [];
  tests.on('test:summary', ({ file, success }) => {
    const seconds = Math.round(performance.now() / 1000);
    if (file !== undefined) ends.push(`${basename(file).replace(/(\.test)?\.ts$/, '')} ${seconds}`);
    else process.exitCode = success ? 0 : 1;
  });
  tests.compose(new spec()).pipe(process.stdout);
  process.once('exit', () => process.stdout.write(`Ended after so many seconds: ${ends.join(', ')}.\n`));
}
