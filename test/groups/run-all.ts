import { spawnSync } from 'node:child_process';
import type { Extent } from './extent.ts';
import { entryOf, everyFile, filesOf, GROUP_NAMES } from './groups.ts';

/** Two more than the usual cores: files wait for worker threads, sockets and clocks now and then. */
const CONCURRENCY = 4;

/**
 * Plays the test files: each group in one process, every other file in one of its own.
 *
 * @param files beside the test files
 * @returns the exit code
 */
export function runFilesAndGroups(
  extent: Extent,
  options: readonly string[],
  files: readonly string[] = [],
): number {
  const grouped = new Set(GROUP_NAMES.flatMap((group) => filesOf(group)));
  const alone = everyFile(extent).filter((file) => !grouped.has(file));
  const entries = GROUP_NAMES.filter((group) => filesOf(group, extent).length > 0).map(entryOf);
  const { status } = spawnSync(
    process.execPath,
    ['--test', `--test-concurrency=${CONCURRENCY}`, ...options, ...entries, ...alone, ...files],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        TEST_EXTENT: extent,
        // One test asks for it; it would take most of every synthesis (test/infra/templates.ts).
        CDK_VALIDATION: 'false',
        LOCAL_SOURCE_MAPS: 'off',
      },
    },
  );
  return status ?? 1;
}
