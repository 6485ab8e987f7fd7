// The tests that need no embedded services, in one process: most of what each of these files takes alone is the start
// of a process and the loading of the same modules. `npm test` runs this file beside the others; each of these files
// still runs alone.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Folders under `test/` whose files share this process. */
const FOLDERS = [
  'app-store-connect',
  'engine',
  'events',
  'models',
  'notify',
  'numbers',
  'platform',
  'price-effect',
  'prices',
  'reports',
  'security',
  'simulator',
  'status',
];

const ROOT = join(import.meta.dirname, '..');
for (const folder of FOLDERS)
  for (const file of globSync('**/*.test.ts', { cwd: join(ROOT, folder) }).sort())
    await import(pathToFileURL(join(ROOT, folder, file)).href);
