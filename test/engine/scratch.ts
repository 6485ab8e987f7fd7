import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux' file system in memory: reports that come and go by the thousand need no disk. */
const IN_MEMORY = '/dev/shm';

/**
 * To be called before histories are played: their temporary files get a directory that goes with the process, as
 * workers that die leave theirs behind; in memory where that can be had.
 */
export function useScratch(): void {
  const scratch = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'histories-'));
  process.env['TMPDIR'] = scratch;
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
}
