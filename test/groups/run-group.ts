import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, beforeEach, describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { EXTENT } from './extent.ts';
import { filesOf, type GroupName, MOST_WORKERS, ROOT } from './groups.ts';
import { changesOf, stateOf } from './process-state.ts';

/** Runs the files of a group one after the other in this process. */
export const runGroup = (group: GroupName): Promise<void> =>
  runFiles(group, filesOf(group, EXTENT), EXTENT === 'part' ? MOST_WORKERS[group] : undefined);

/**
 * Runs test files one after the other in this process, each as a suite of its own that bears its name: what it
 * registers at its top level (`before`, `after`) counts for it alone, and it fails where it leaves something behind
 * that the next file would see. The process fails where none of them runs a test.
 *
 * @param files as paths from the root of the project
 * @param mostWorkers fails the process where it has started more worker threads than these: each is an execution
 *   environment that loads the code of a function, the largest part of what a group costs
 */
export async function runFiles(group: string, files: readonly string[], mostWorkers?: number): Promise<void> {
  let [tests, workers] = [0, 0];
  process.on('worker', () => {
    workers += 1;
  });
  process.once('exit', () => {
    if (tests === 0) fail(`The group ${group} ran no test.`);
    if (mostWorkers === undefined) return;
    const started = `The group ${group} started ${workers} workers, of at most ${mostWorkers}`;
    if (workers <= mostWorkers) process.stdout.write(`${started}.\n`);
    else
      fail(
        `${started}: let tests share a world, leave cases to npm run test:more, or raise MOST_WORKERS in test/groups/groups.ts.`,
      );
  });
  for (const file of files)
    await describe(file, async () => {
      const before = stateOf(process);
      beforeEach(() => {
        tests += 1;
      });
      await import(pathToFileURL(resolve(ROOT, file)).href);
      // After the hooks of the file itself.
      after(() => assert.deepEqual(changesOf(before, stateOf(process)), []));
    });
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
