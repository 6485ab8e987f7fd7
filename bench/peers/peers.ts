import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

const DIRECTORY = join(import.meta.dirname, '../../.local/bench-peers');
/** As of the day of the published figures. */
const VERSIONS = {
  'appstore-connect-sdk': '2.0.0',
  'node-app-store-connect-api': '5.0.6',
  jsonwebtoken: '9.0.3',
} as const;

export type PeerName = keyof typeof VERSIONS;
export type Peer = { name: PeerName; version: string; module: unknown };

/** What must be known of the clients of App Store Connect on npm, and which are not measured. */
export const CLIENT_NOTES = [
  '`node-app-store-connect-api` sends a request that drew 429 up to ten times more, at once.',
  'Not measured: `appstoreconnect` 0.2.1 and `@egodigital/appstore-connect` 0.5.0 have no call for prices; `@rage-against-the-pixel/app-store-connect-api` 4.4.1 has a fixed address, and is generated as `appstore-connect-sdk` is.',
];

const manifestSchema = z.object({ version: z.string() });

/**
 * A package of the npm registry in a directory of its own under `.local`, installed there once, without its scripts.
 *
 * @returns the loaded module, or why there is none
 */
export function npmPeer(name: PeerName): Peer | { missing: string } {
  const version = VERSIONS[name];
  const directory = join(DIRECTORY, name);
  if (installed(directory, name) !== version) {
    const failure = install(directory, name, version);
    if (failure !== undefined) return { missing: `npm could not install ${name}@${version}: ${failure}` };
  }
  const module: unknown = createRequire(join(directory, 'package.json'))(name);
  return { name, version, module };
}

function install(directory: string, name: PeerName, version: string): string | undefined {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ private: true, dependencies: { [name]: version } }),
  );
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', ['install', '--prefix', directory, ...options], {
    cwd: directory,
    encoding: 'utf8',
  });
  if (status === 0) return undefined;
  return (error?.message ?? stderr).trim().split('\n')[0] ?? 'no reason given';
}

function installed(directory: string, name: PeerName): string | undefined {
  try {
    const text = readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8');
    return manifestSchema.parse(JSON.parse(text)).version;
  } catch {
    // Not there, or half there after an installation that was interrupted: it is installed anew.
    return undefined;
  }
}
