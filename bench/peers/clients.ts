import { goProgram, type Installed } from './install.ts';

/** Clients of App Store Connect, in the versions of the published figures and of the tests. */
export const CLIENT_VERSIONS = {
  'node-app-store-connect-api': '5.0.6',
  'appstore-connect-sdk': '2.0.0',
  'dlt-source-app-store-connect': '0.2.0',
  appstoreconnect: '0.10.1',
  asc: '1.5.0',
} as const;

/** `asc`, a command line tool in Go; `ASC_BINARY` may name a binary that is here already. */
export const installAsc = (): Installed =>
  goProgram(
    'github.com/rudrankriyam/App-Store-Connect-CLI',
    // The commit of release 1.5.0: its tags have no v, so that Go knows it by this name.
    'v0.0.0-20260518045307-2647ae21715b',
    'App-Store-Connect-CLI',
    'ASC_BINARY',
  );
