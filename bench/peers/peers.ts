import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CLIENT_VERSIONS } from './clients.ts';
import { npmDirectory } from './install.ts';

/** As of the day of the published figures. */
const VERSIONS = {
  'appstore-connect-sdk': CLIENT_VERSIONS['appstore-connect-sdk'],
  'node-app-store-connect-api': CLIENT_VERSIONS['node-app-store-connect-api'],
  jsonwebtoken: '9.0.3',
} as const;

export type PeerName = keyof typeof VERSIONS;
export type Peer = { name: PeerName; version: string; module: unknown };

/** What must be known of the clients of App Store Connect on npm, and which are not measured. */
export const CLIENT_NOTES = [
  '`node-app-store-connect-api` sends a request that drew 429 up to ten times more, at once.',
  'Not measured: `appstoreconnect` 0.2.1 and `@egodigital/appstore-connect` 0.5.0 have no call for prices; `@rage-against-the-pixel/app-store-connect-api` 4.4.1 has a fixed address, and is generated as `appstore-connect-sdk` is.',
];

/**
 * A package of the npm registry in a directory of its own under `.local`, installed there once, without its scripts.
 *
 * @returns the loaded module, or why there is none
 */
export function npmPeer(name: PeerName): Peer | { missing: string } {
  const version = VERSIONS[name];
  const found = npmDirectory(name, version);
  if ('missing' in found) return found;
  const module: unknown = createRequire(join(found.directory, 'package.json'))(name);
  return { name, version, module };
}
