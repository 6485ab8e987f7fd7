import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { SAMPLE_APPS } from '../../local/simulator/samples/sample-stock.ts';
import { type Account, openAccount } from './account.ts';

const HOUR = 3_600_000;
/** Ten days of reports, not a month: each costs a download and a conversion. */
const LOOK = ['--json', '--no-open', '--days', '10'];
const [ASKED, OTHER] = SAMPLE_APPS.map(({ id }) => id);

const answerSchema = z.object({
  analytics: z
    .array(
      z.object({
        app: z.string(),
        requestedAt: z.string().optional(),
        days: z.number(),
        reason: z.string().optional(),
      }),
    )
    .optional(),
});
const analyticsIn = (out: string) => answerSchema.parse(JSON.parse(out)).analytics ?? [];

/** Requests for analytics that were made at Apple since the last look. */
function made({ simulator }: Account): number {
  const posts = simulator
    .requests()
    .filter(({ method, path }) => method === 'POST' && path === '/v1/analyticsReportRequests').length;
  simulator.clearRequests();
  return posts;
}

describe('asc-jobs try --analytics', () => {
  let account: Account;
  before(async () => {
    account = await openAccount('ADMIN');
    assert.ok(ASKED !== undefined && OTHER !== undefined);
    // Nobody has asked for the analytics of this app yet.
    for (const { id } of account.simulator.analytics.requestsOf(ASKED))
      account.simulator.analytics.remove(id);
  });
  after(() => account.close());

  it('asks for nothing unless the person does', async () => {
    const { exit, out, err } = await account.try(LOOK);
    assert.equal(exit, 0, err);
    assert.equal(answerSchema.parse(JSON.parse(out)).analytics, undefined);
    assert.equal(made(account), 0);
  });

  it('makes one request, and says that the first data come after a day or two', async () => {
    const { out, err } = await account.try(['--analytics', ASKED ?? '', '--no-open', '--days', '10']);
    assert.match(
      out,
      new RegExp(
        `Analytics \\(downloads by day\\)\n  app ${ASKED}: asked for on 2026-11-24 \\(UTC\\)\\. Apple has the first data a day or two later: call asc-jobs try again tomorrow\\.`,
      ),
      err,
    );
    assert.equal(made(account), 1);
  });

  it('goes on by itself the next days: the request stands, and the data are fetched once they are there', async () => {
    account.clock.advance(24 * HOUR);
    const tomorrow = await account.try(LOOK);
    assert.deepEqual(
      analyticsIn(tomorrow.out).map(({ app, days }) => [app, days]),
      [[ASKED, 0]],
      tomorrow.err,
    );
    account.clock.advance(24 * HOUR);
    const { out, err } = await account.try(LOOK);
    const [app, ...others] = analyticsIn(out);
    assert.deepEqual(others, []);
    assert.ok((app?.days ?? 0) > 0, `${out}\n${err}`);
    assert.equal(made(account), 0, 'not made twice');
    const query = 'SELECT count(*)::INTEGER AS stored FROM analytics_app_downloads_standard_daily';
    const rows = await account.try(['reports', 'query', query, '--json']);
    assert.equal(rows.exit, 0, rows.err);
    const [count] = z.array(z.object({ stored: z.number() })).parse(JSON.parse(rows.out));
    assert.ok((count?.stored ?? 0) > 0);
  });

  it('takes all apps where none is named, and those that were asked for before stay', async () => {
    const { out, err } = await account.try(['--analytics', ...LOOK]);
    assert.deepEqual(
      analyticsIn(out)
        .map(({ app }) => app)
        .filter((app) => SAMPLE_APPS.some(({ id }) => id === app))
        .toSorted(),
      SAMPLE_APPS.map(({ id }) => id).toSorted(),
      err,
    );
    assert.ok(analyticsIn(out).some(({ app, days }) => app === OTHER && days > 0));
  });

  it('refuses what is no Apple ID, before anything is asked', async () => {
    const { exit, err } = await account.try(['--analytics', 'com.acme.photo', '--no-open']);
    assert.equal(exit, 3);
    assert.match(err, /takes Apple IDs of apps, such as 6448311069/);
  });
});

describe('asc-jobs try --analytics with a narrower key', () => {
  it('leaves them out and says which role they take; the reports come all the same', async () => {
    const account = await openAccount('FINANCE');
    try {
      const { exit, out, err } = await account.try(['--analytics', ASKED ?? '', ...LOOK]);
      assert.equal(exit, 0, err);
      assert.match(err, /Analytics are left out.*takes the role Admin/);
      assert.deepEqual(analyticsIn(out), []);
      assert.equal(made(account), 0);
    } finally {
      await account.close();
    }
  });
});
