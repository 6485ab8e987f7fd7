import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, beforeEach, describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { EXTENT } from './extent.ts';
import { filesOf, type GroupName, ROOT } from './groups.ts';
import { changesOf, stateOf } from './process-state.ts';

/** Runs the files of a group one after the other in this process. */
export const runGroup = (group: GroupName): Promise<void> => runFiles(group, filesOf(group, EXTENT));

/**
 * Runs test files one after the other in this process, each as a suite of its own that bears its name: what it
 * registers at its top level (`before`, `after`) counts for it alone, and it fails where it leaves something behind
 * that the next file would see. The process fails where none of them runs a test.
 *
 * @param files as paths from the root of the project
 */
export async function runFiles(group: string, files: readonly string[]): Promise<void> {
  let tests = 0;
  process.once('exit', () => {
    if (tests > 0) return;
    process.stderr.write(`The group ${group} ran no test.\n`);
    process.exitCode = 1;
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
