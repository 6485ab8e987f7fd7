import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_AGAIN_MILLIS = 100;
/** Whoever has made a lock writes its name there at once. */
const NAMELESS_MILLIS = 10_000;

/**
 * Runs work while no other process of this machine runs the same, waiting for its turn. A lock that a dead process
 * has left behind is taken away.
 *
 * @param lock a directory that exists while somebody works
 */
export async function onlyOne<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  while (!(await tryLock(lock))) {
    if (await isAbandoned(lock)) await rm(lock, { recursive: true, force: true });
    else await wait(LOOK_AGAIN_MILLIS);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

const ownerFile = (lock: string): string => join(lock, 'pid');

async function tryLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  await writeFile(ownerFile(lock), String(process.pid));
  return true;
}

/** Whether the process that holds it is gone. */
async function isAbandoned(lock: string): Promise<boolean> {
  const pid = Number(await readFile(ownerFile(lock), 'utf8').catch(() => ''));
  if (pid === 0) {
    const made = await stat(lock).catch(() => undefined);
    return made !== undefined && Date.now() - made.mtimeMs > NAMELESS_MILLIS;
  }
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
