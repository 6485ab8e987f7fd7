import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redactText } from '../../../functions/platform/logging/redaction.ts';
import { type Place, VIEWS, type View } from '../../../functions/status/model/place.ts';
import type { Status } from '../../../functions/status/model/status.ts';
import { readNumbers } from '../../../functions/status/read/read-numbers.ts';
import { readStatus, type StatusSource } from '../../../functions/status/read/read-status.ts';
import { RELOAD, renderPage } from '../../../functions/status/render-page.ts';
import { openLakeCopy } from '../../../local/lake/open-tables.ts';
import { browserCommand } from '../../../local/try/platform.ts';
import { BUCKET } from '../../../local/try/services.ts';
import { TABLES } from '../../../local/try/tables.ts';
import type { TryWorld } from '../../../local/try/try-world.ts';
import type { Io } from '../../terminal/io.ts';

/** Where the status of a folder is read. */
export const folderStatusSource = ({ services, settings, folder }: TryWorld, io: Io): StatusSource => ({
  documents: services.documents,
  s3: services.s3,
  tables: { reports: TABLES.reports, prices: TABLES.prices, keys: TABLES.keys },
  bucket: BUCKET,
  settings,
  clock: io,
  name: `the folder ${folder.directory}`,
});

/** The status of a folder with its sales, as the page shows it. */
export async function readFolderStatus(
  world: TryWorld,
  io: Io,
  place: Place = { view: 'overview' },
): Promise<Status> {
  const status = await readStatus(folderStatusSource(world, io), place);
  return { ...status, numbers: await readNumbers(await openLakeCopy(world.folder.lake), status.series) };
}

/** The status page as files beside each other: no server is needed to look at them. */
const fileOf = (view: View): string => (view === 'overview' ? 'status.html' : `status-${view}.html`);

/**
 * Writes the status page.
 *
 * @param plans whether this call goes on by the clock: else the page says nothing of the planner's next run
 * @returns the file to open first
 */
export function writeStatusFiles(directory: string, status: Status, plans: boolean): string {
  const shown = plans ? status : { ...status, plannerRanAt: undefined };
  for (const view of VIEWS)
    writeFileSync(join(directory, fileOf(view)), linked(renderPage(shown, { view })), { mode: 0o600 });
  return join(directory, fileOf('overview'));
}

/** Addresses of the served page become files. A single date or change is only in the served page. */
const linked = (page: string): string =>
  page
    .replace(RELOAD, 'asc-jobs try writes it anew.')
    .replaceAll(/href="\/([a-z]*)(?:\?[^"#]*)?(?:#[^"]*)?"/g, (whole, name: string) => {
      const view = VIEWS.find((each) => each === (name === '' ? 'overview' : name));
      return view === undefined ? whole : `href="${fileOf(view)}"`;
    });

/** Opens a file in the person's browser. Where there is none, nothing happens. */
export function openInBrowser(file: string): void {
  const [command, ...args] = browserCommand(process.platform, file);
  const child = spawn(command, args, { stdio: 'ignore', detached: true, env: withoutSecrets(process.env) });
  child.on('error', () => {
    // The path is printed all the same.
  });
  child.unref();
}

/** What a program that we start may see of the environment: the key may be given in a variable, under any name. */
export const withoutSecrets = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name, value = '']) => !/^(ASC|AWS)_/.test(name) && redactText(value) === value,
    ),
  );
