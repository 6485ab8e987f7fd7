import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serveStatus } from '../../functions/status/server/status-server.ts';
import { copyLake } from '../../local/demo/report-copy.ts';
import { statusOf } from '../../local/demo/status-snapshot.ts';
import { startLocalWorld } from '../../local/world/local-world.ts';
import { script } from '../script/script.ts';

script('npm run picture', 'Puts the status page of a local world into docs/status.png.')
  .addHelpText('after', '\nIt needs a Chromium, at /usr/bin/chromium or where the variable CHROMIUM says.')
  .parse();

const PICTURE = 'docs/status.png';
const MORNING = Date.parse('2026-11-24T17:19:00Z');
const VIEWPORT = { width: 1280, height: 900 };

const world = await startLocalWorld({ now: MORNING });
const lake = mkdtempSync(join(tmpdir(), 'picture-'));
try {
  await copyLake(world.cloud, lake);
  const status = await statusOf(world, lake, 'a stack on this machine');
  const server = await serveStatus(async () => status, 0, console.error);
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: 'light' });
  await page.goto(server.url);
  await page.screenshot({ path: PICTURE, fullPage: true });
  await browser.close();
  await server.close();
} finally {
  rmSync(lake, { recursive: true, force: true });
  await world.close();
}
