import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { type StatusServer, serveStatus } from '../../functions/status/server/status-server.ts';
import { launch, withoutBrowser } from './browser.ts';
import { sampleStatus } from './sample/status.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const axeResult = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

const PATHS = [
  '/',
  '/sales',
  '/reports',
  '/reports?series=acme%2F85012345%2FSALES%2FSUMMARY%2FDAILY&date=2026-11-20',
  '/prices?change=acme%2Fwinter-sale-2026%2Fpro-yearly',
  '/keys',
];

describe('The status page in a browser', { skip: withoutBrowser }, () => {
  let server: StatusServer;
  let browser: Browser;
  before(async () => {
    const status = sampleStatus();
    server = await serveStatus(async () => status, 0, assert.ifError);
    browser = await launch();
  });
  after(async () => {
    await browser.close();
    await server.close();
  });

  const at = (path: string): string => new URL(path, server.url).href;

  async function looking(
    options: { width: number; colorScheme: 'light' | 'dark' },
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { width, colorScheme } = options;
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height: 800 },
      bypassCSP: false,
    });
    try {
      await look(await context.newPage());
    } finally {
      await context.close();
    }
  }

  it('shows hostile names as text: no script runs, no element comes of them, nothing is loaded', async () => {
    await looking({ width: 1280, colorScheme: 'light' }, async (page) => {
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => void asked.push(request.url()));
      page.on('console', (message) => void complaints.push(message.text()));
      for (const path of PATHS) {
        await page.goto(at(path));
        assert.match(await page.title(), /App Store Connect Jobs$/);
        assert.equal(await page.locator('img, script, iframe, link').count(), 0, path);
      }
      assert.match((await page.locator('body').textContent()) ?? '', /<img src=x onerror=/);
      assert.deepEqual(asked, PATHS.map(at));
      assert.deepEqual(complaints, []);
    });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`axe finds nothing to object to in the ${colorScheme}`, async () => {
      // The policy of the page forbids all scripts, axe's too.
      const context = await browser.newContext({ colorScheme, bypassCSP: true });
      const page = await context.newPage();
      for (const path of PATHS) {
        await page.goto(at(path));
        await page.addScriptTag({ path: AXE });
        const { violations } = axeResult.parse(await page.evaluate('axe.run()'));
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
          [],
          path,
        );
      }
      await context.close();
    });
  }

  it('fits a phone without scrolling sideways', async () => {
    await looking({ width: 360, colorScheme: 'light' }, async (page) => {
      for (const path of PATHS) {
        await page.goto(at(path));
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, path);
      }
    });
  });

  it('leads by keyboard to each date that needs a person, and past the plain ones', async () => {
    await looking({ width: 1280, colorScheme: 'light' }, async (page) => {
      await page.goto(at('/reports'));
      const reached = new Set<string>();
      for (let press = 0; press < 40; press += 1) {
        await page.keyboard.press('Tab');
        const label = await page.evaluate('document.activeElement.getAttribute("aria-label") ?? ""');
        reached.add(String(label));
      }
      for (const wanted of ['2026-11-20: failed', '2026-11-17: overdue', '2026-11-19: restated'])
        assert.ok(
          [...reached].some((label) => label.startsWith(wanted)),
          wanted,
        );
      assert.ok(![...reached].some((label) => /: stored/.test(label)));
    });
  });

  it('opens the history of a date that is clicked', async () => {
    await looking({ width: 390, colorScheme: 'dark' }, async (page) => {
      await page.goto(at('/reports'));
      await page.getByRole('link', { name: '2026-11-19: restated, 52 rows' }).click();
      const history = (await page.locator('#chosen').textContent()) ?? '';
      assert.match(
        history,
        /SALES\/SUMMARY\/DAILY of 2026-11-19[\s\S]*stored: 50 rows[\s\S]*restated by Apple: 52 rows/,
      );
    });
  });
});

describe('The server of the status page', () => {
  let server: StatusServer;
  before(async () => {
    const status = sampleStatus();
    server = await serveStatus(async () => status, 0, assert.ifError);
  });
  after(() => server.close());

  it('forbids scripts and everything from elsewhere', async () => {
    const { headers } = await fetch(server.url);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('answers to the loopback name only, so that no other site can read it through a name of its own', async () => {
    const { request } = await import('node:http');
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      request(server.url, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end();
    });
    assert.equal(answered, 403);
  });

  it('changes nothing: other methods and other places are refused', async () => {
    assert.equal((await fetch(server.url, { method: 'POST' })).status, 405);
    assert.equal((await fetch(`${server.url}elsewhere`)).status, 404);
  });
});
