import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, '../../.local/peers');

/** How a client of somebody else is started here, or why it cannot be. */
export type Installed = { command: string; args: readonly string[] } | { missing: string };

/** A package of npm in a directory of its own, without its install scripts. */
export function npmDirectory(name: string, version: string): { directory: string } | { missing: string } {
  const directory = join(DIRECTORY, `${name}@${version}`);
  const done = join(directory, 'installed');
  if (!existsSync(done)) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ private: true, dependencies: { [name]: version } }),
    );
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const failure = run('npm', ['install', ...options], directory);
    if (failure !== undefined) return { missing: `npm could not install ${name}@${version}: ${failure}` };
    writeFileSync(done, '');
  }
  return { directory };
}

/** A script that uses a package of npm. @param script its file */
export function npmClient(name: string, version: string, script: string): Installed {
  const found = npmDirectory(name, version);
  if ('missing' in found) return found;
  // Beside the package, so that it imports it by its name as any program would.
  const beside = join(found.directory, basename(script));
  copyFileSync(script, beside);
  return { command: process.execPath, args: [beside] };
}

/**
 * A script that uses a package of PyPI, in a virtual environment of its own.
 *
 * @param script its file
 * @param minor of the oldest Python 3 that the package takes
 * @param others packages that the script uses besides, as `name==version`
 */
export function pythonClient(
  name: string,
  version: string,
  script: string,
  minor: number,
  others: readonly string[] = [],
): Installed {
  const found = virtualEnvironment([`${name}==${version}`, ...others], minor);
  return 'missing' in found ? found : { command: join(found.directory, 'bin/python'), args: [script] };
}

/** A program that comes as a package of PyPI. @param program its name */
export function pythonProgram(name: string, version: string, program: string): Installed {
  const found = virtualEnvironment([`${name}==${version}`], 8);
  return 'missing' in found ? found : { command: join(found.directory, 'bin', program), args: [] };
}

function virtualEnvironment(
  packages: readonly string[],
  minor: number,
): { directory: string } | { missing: string } {
  const directory = join(DIRECTORY, packages.join('+'));
  const command = join(directory, 'bin/python');
  const done = join(directory, 'installed');
  if (!existsSync(done)) {
    mkdirSync(DIRECTORY, { recursive: true });
    const enough = `import sys; sys.exit(sys.version_info < (3, ${minor}))`;
    const python = pythons().find((one) => run(one, ['-c', enough]) === undefined);
    if (python === undefined)
      return { missing: `${packages[0]} needs Python 3.${minor} or newer, and there is none` };
    const noRoom = run(python, ['-m', 'venv', '--clear', directory]);
    if (noRoom !== undefined) return { missing: `${python} could not make a virtual environment: ${noRoom}` };
    const failure = run(command, ['-m', 'pip', 'install', '--quiet', ...packages]);
    if (failure !== undefined) return { missing: `pip could not install ${packages.join(', ')}: ${failure}` };
    writeFileSync(done, '');
  }
  return { directory };
}

/** Interpreters by their usual names, and those that pyenv keeps aside. */
function pythons(): string[] {
  const root = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const kept = existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin/python3')) : [];
  return ['python3', 'python3.14', 'python3.13', 'python3.12', ...kept];
}

/** A Go program, or the binary that the variable names. */
export function goProgram(module: string, version: string, binary: string, variable: string): Installed {
  const given = process.env[variable];
  if (given !== undefined)
    return existsSync(given)
      ? { command: given, args: [] }
      : { missing: `${variable}=${given} is not there` };
  const directory = join(DIRECTORY, `go-${version}`);
  const command = join(directory, binary);
  if (!existsSync(command)) {
    const failure = run('go', ['install', `${module}@${version}`], undefined, { GOBIN: directory });
    if (failure !== undefined)
      return {
        missing: `go could not install ${module}@${version}: ${failure}; ${variable} may name a binary`,
      };
  }
  return { command, args: [] };
}

/** @returns `undefined` on success, else a line that says why not */
function run(
  command: string,
  args: readonly string[],
  cwd?: string,
  environment: Record<string, string> = {},
): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...environment },
  });
  if (status === 0) return undefined;
  const reasons = (error?.message ?? stderr).trim().split('\n');
  return reasons.find((line) => line.trim() !== '') ?? 'no reason given';
}
