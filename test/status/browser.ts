import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where a browser may be; playwright-core brings none. */
const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const BROWSER = PLACES.find((path) => path !== undefined && existsSync(path));

/** For a test's `skip`: `false`, or the reason in words. */
export const withoutBrowser: false | string =
  BROWSER === undefined ? 'there is no Chromium here; install one or name it in CHROMIUM' : false;

export const launch = (): Promise<Browser> =>
  chromium.launch({
    ...(BROWSER !== undefined && { executablePath: BROWSER }),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
