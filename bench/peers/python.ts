import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const VENV = join(import.meta.dirname, '../../.local/bench-venv');

/** What a user would take in Python, as of the day of the published figures. */
const PEERS = {
  conversion: { pandas: '3.1.1', pyarrow: '26.0.1', polars: '2.1.0' },
  minting: { 'PyJWT[crypto]': '2.15.1' },
} as const;

/** Ends with 0 when each `name==version` of its arguments is installed. */
const CHECK = `
import sys
from importlib.metadata import version
for argument in sys.argv[1:]:
    name, wanted = argument.split("==")
    assert version(name.split("[")[0]) == wanted
`;

/**
 * A Python with the peers of one comparison in it, made once under `.local`.
 *
 * @returns its path and what is in it, or why there is none
 */
export function pythonWith(
  peers: keyof typeof PEERS,
): { python: string; packages: string } | { missing: string } {
  const pinned = Object.entries(PEERS[peers]).map(([name, version]) => `${name}==${version}`);
  const found = { python: join(VENV, 'bin/python'), packages: pinned.join(', ').replaceAll('==', ' ') };
  const run = (...args: string[]): boolean => spawnSync(found.python, args).status === 0;
  const made = existsSync(found.python);
  if (made && run('-c', CHECK, ...pinned)) return found;
  if (!made && spawnSync('python3', ['-m', 'venv', VENV]).status !== 0)
    return { missing: 'no Python 3 that can make a virtual environment' };
  return run('-m', 'pip', 'install', '--quiet', ...pinned)
    ? found
    : { missing: `pip could not install ${pinned.join(', ')}` };
}
