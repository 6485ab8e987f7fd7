import type { WorldOptions } from '../world/world.ts';
import type { ReportFile } from './find-files.ts';
import { morningsOf } from './mornings.ts';

/** The team under which files are stored. */
export const TEAM = 'files';

/** The settings that subscribe all these reports, at the first of their mornings. */
export function worldOfFiles(reports: readonly ReportFile[]): WorldOptions {
  const [first] = morningsOf(reports);
  if (first === undefined) throw new RangeError('no reports to serve');
  const vendors = Map.groupBy(
    reports.filter((report) => report.kind === 'vendor'),
    ({ vendor }) => vendor,
  );
  const apps = Map.groupBy(
    reports.filter((report) => report.kind === 'app'),
    ({ app }) => app,
  );
  const namesOf = (files: readonly ReportFile[]) => [...new Set(files.map(({ report }) => report))];
  return {
    now: first.now,
    // Making a request for analytics takes this role.
    reportsRole: 'ADMIN',
    settings: {
      teams: [
        {
          name: TEAM,
          keys: { reports: `app-store-connect/${TEAM}/reports` },
          ...(vendors.size > 0 && {
            vendors: [...vendors].map(([number, files]) => ({
              number,
              reports: namesOf(files),
              backfillDays: 1,
            })),
          }),
          ...(apps.size > 0 && {
            apps: [...apps].map(([id, files]) => ({ id, analytics: namesOf(files) })),
          }),
        },
      ],
    },
  };
}
