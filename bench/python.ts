import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const VENV = join(import.meta.dirname, '../.local/bench-venv');
/** What a user would convert reports with, as of the day of the published figures. */
const PACKAGES = ['pandas==3.1.1', 'pyarrow==26.0.1', 'polars==2.1.0'];

/**
 * A Python with the peers in it, made once under `.local`.
 *
 * @returns its path, or why there is none
 */
export function pythonWithPeers(): { python: string } | { missing: string } {
  const python = join(VENV, 'bin/python');
  if (existsSync(python) && has(python)) return { python };
  if (spawnSync('python3', ['-m', 'venv', VENV]).status !== 0)
    return { missing: 'no Python 3 that can make a virtual environment' };
  const install = spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
  return install.status === 0 ? { python } : { missing: `pip could not install ${PACKAGES.join(', ')}` };
}

const has = (python: string): boolean =>
  spawnSync(python, ['-c', 'import pandas, pyarrow, polars']).status === 0;
