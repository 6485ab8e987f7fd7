import { tmpdir } from 'node:os';
import { diskFull } from '../../../local/try/folder.ts';
import type { TryWorld } from '../../../local/try/try-world.ts';
import type { Progress } from '../../terminal/progress.ts';

/**
 * Fetches everything that is queued.
 *
 * @throws JobError `DISK_FULL`; what was stored before stays
 */
export async function fetchAll(
  { reports, services, folder }: Pick<TryWorld, 'reports' | 'services' | 'folder'>,
  progress: Progress,
): Promise<void> {
  try {
    await reports.fetchQueued(progress.at, () => services.writeError() !== undefined);
  } catch (error) {
    throw diskFull(folder.directory, error) ?? error;
  } finally {
    progress.end();
  }
  const writeError = services.writeError();
  const full = diskFull(folder.directory, writeError) ?? diskFull(tmpdir(), undefined);
  if (full !== undefined) throw full;
  if (writeError !== undefined) throw writeError;
}
