import { tmpdir } from 'node:os';
import { diskFull } from '../../../local/try/folder.ts';
import type { ReportJobs } from '../../../local/try/report-jobs.ts';
import type { Progress } from '../../terminal/progress.ts';

/** What fetching needs of an open folder. */
export type Fetching = {
  reports: ReportJobs;
  services: { writeError(): unknown };
  folder: { directory: string };
};

/**
 * Fetches everything that is queued.
 *
 * @throws JobError `DISK_FULL`; what was stored before stays
 */
export async function fetchAll({ reports, services, folder }: Fetching, progress: Progress): Promise<void> {
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
