// The files of the core folders, one after the other in this process. Each of them still runs alone.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CORE_FOLDERS } from './folders.ts';

const ROOT = join(import.meta.dirname, '..');
for (const folder of CORE_FOLDERS)
  for (const file of globSync('**/*.test.ts', { cwd: join(ROOT, folder) }).sort())
    await import(pathToFileURL(join(ROOT, folder, file)).href);
