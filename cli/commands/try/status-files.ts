import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VIEWS, type View } from '../../../functions/status/model/place.ts';
import type { Status } from '../../../functions/status/model/status.ts';
import { renderPage } from '../../../functions/status/render-page.ts';
import { browserCommand } from '../../../local/try/platform.ts';

/** The status page as files beside each other: no server is needed to look at them. */
const fileOf = (view: View): string => (view === 'overview' ? 'status.html' : `status-${view}.html`);

/**
 * Writes the status page.
 *
 * @returns the file to open first
 */
export function writeStatusFiles(directory: string, status: Status): string {
  for (const view of VIEWS)
    writeFileSync(join(directory, fileOf(view)), linked(renderPage(status, { view })), { mode: 0o600 });
  return join(directory, fileOf('overview'));
}

/** Addresses of the served page become files. A single date or change is only in the served page. */
const linked = (page: string): string =>
  page.replaceAll(/href="\/([a-z]*)(?:\?[^"#]*)?(?:#[^"]*)?"/g, (whole, name: string) => {
    const view = VIEWS.find((each) => each === (name === '' ? 'overview' : name));
    return view === undefined ? whole : `href="${fileOf(view)}"`;
  });

/** Opens a file in the person's browser. Where there is none, nothing happens. */
export function openInBrowser(file: string): void {
  const [command, ...args] = browserCommand(process.platform, file);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {
    // The path is printed all the same.
  });
  child.unref();
}
