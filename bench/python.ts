import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const VENV = join(import.meta.dirname, '../.local/bench-venv');

/** What a user would take in Python, as of the day of the published figures. */
const PEERS = {
  conversion: {
    packages: ['pandas==3.1.1', 'pyarrow==26.0.1', 'polars==2.1.0'],
    modules: 'pandas, pyarrow, polars',
  },
  minting: { packages: ['PyJWT[crypto]==2.15.1'], modules: 'jwt, cryptography' },
} as const;

/**
 * A Python with the peers of one comparison in it, made once under `.local`.
 *
 * @returns its path, or why there is none
 */
export function pythonWith(peers: keyof typeof PEERS): { python: string } | { missing: string } {
  const { packages, modules } = PEERS[peers];
  const python = join(VENV, 'bin/python');
  if (existsSync(python) && has(python, modules)) return { python };
  if (!existsSync(python) && spawnSync('python3', ['-m', 'venv', VENV]).status !== 0)
    return { missing: 'no Python 3 that can make a virtual environment' };
  const install = spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  return install.status === 0 ? { python } : { missing: `pip could not install ${packages.join(', ')}` };
}

const has = (python: string, modules: string): boolean =>
  spawnSync(python, ['-c', `import ${modules}`]).status === 0;
