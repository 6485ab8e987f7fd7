import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JobError } from '../../functions/platform/errors.ts';

/** Folders that this process holds. */
const held = new Set<string>();

/**
 * Takes a folder for this process alone. One that died, by whatever signal, holds nothing any more.
 *
 * @returns gives the folder back
 * @throws JobError `FOLDER_IN_USE`
 */
export function lockFolder(directory: string): () => void {
  const file = join(directory, 'lock');
  const take = (): boolean => {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  };
  if (!take()) {
    const owner = Number(readFileSync(file, 'utf8'));
    if (held.has(directory) || (owner !== process.pid && isAlive(owner))) throw inUse(directory, owner);
    rmSync(file, { force: true });
    if (!take()) throw inUse(directory, owner);
  }
  held.add(directory);
  return () => {
    held.delete(directory);
    rmSync(file, { force: true });
  };
}

const inUse = (directory: string, owner: number): JobError =>
  new JobError({
    code: 'FOLDER_IN_USE',
    message: `Another asc-jobs try (process ${owner}) is at work in ${directory}: wait for it, stop it, or name another folder with --dir. If no such process runs, delete ${join(directory, 'lock')}.`,
    retryable: true,
  });

/** Signal 0 asks only. EPERM: it is there, and another user's. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
