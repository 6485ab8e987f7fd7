import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { SAMPLE_APPS } from '../../local/simulator/samples/sample-stock.ts';
import { type Account, openAccount } from './account.ts';

const HOUR = 3_600_000;
/** Few days of reports: each costs a download and a conversion. */
const LOOK = ['--json', '--no-open', '--days', '3', '--reports', 'SALES/SUMMARY/DAILY'];
const APP = SAMPLE_APPS[0]?.id ?? '';

const answerSchema = z.object({
  reviews: z
    .array(
      z.object({
        app: z.string(),
        name: z.string(),
        stored: z.number(),
        month: z.number(),
        meanStars: z.string(),
      }),
    )
    .optional(),
});
const reviewsIn = (out: string) => answerSchema.parse(JSON.parse(out)).reviews ?? [];

/** Pages of the app's reviews that Apple was asked for since the last look, without the one that looks at the key. */
function pagesAsked({ simulator }: Account): number {
  const pages = simulator
    .requests()
    .filter(
      ({ path, query }) => path === `/v1/apps/${APP}/customerReviews` && new Map(query).get('limit') !== '1',
    );
  simulator.clearRequests();
  return pages.length;
}

const write = (account: Account, count: number, hoursAgo: (index: number) => number) => {
  for (let index = 0; index < count; index += 1)
    account.simulator.reviews.put({
      app: APP,
      rating: (index % 5) + 1,
      title: `No. ${index}`,
      createdAt: account.clock.now() - hoursAgo(index) * HOUR,
    });
};

describe('asc-jobs try --reviews', () => {
  let account: Account;
  before(async () => {
    account = await openAccount('ADMIN');
    for (const { id } of SAMPLE_APPS)
      for (const { id: review } of account.simulator.reviews.listed(id, account.clock.now()))
        account.simulator.reviews.remove(review);
    // Two a day; the last 30 Pacific days have 59 of them, as today is not over.
    write(account, 1_100, (index) => 12 * index + 1);
  });
  after(() => account.close());

  it('fetches none unless the person asks', async () => {
    const { exit, out, err } = await account.try(LOOK);
    assert.equal(exit, 0, err);
    assert.deepEqual(reviewsIn(out), []);
    assert.equal(pagesAsked(account), 0);
  });

  it('fetches those of the account’s apps, at most 1,000 per app and call', async () => {
    const { exit, out, err } = await account.try(['--reviews', ...LOOK]);
    assert.equal(exit, 0, err);
    const [app, ...others] = reviewsIn(out);
    assert.deepEqual(others, [], 'apps without a review have no row');
    assert.deepEqual([app?.app, app?.stored, app?.meanStars], [APP, 1_000, '3.00']);
    assert.notEqual(app?.name, APP, 'the name of the sales report');
    assert.equal(pagesAsked(account), 5);
  });

  it('goes on by itself with the next call, and tells what is stored as a table', async () => {
    account.clock.advance(HOUR);
    const { out, err } = await account.try(['--no-open', '--days', '3', '--reports', 'SALES/SUMMARY/DAILY']);
    assert.match(out, /\nReviews with a text\n.*\n.+ app +│ stored │ 30 days │ mean stars │\n/, err);
    assert.match(out, /│ 1100 +│ 59 +│ 3\.00 +│/);
    const numbers = await account.try(['numbers', 'reviews', '--last', '4w', '--json']);
    assert.equal(numbers.exit, 0, numbers.err);
    const rows = z
      .object({ rows: z.array(z.object({ group: z.string(), value: z.string() })) })
      .parse(JSON.parse(numbers.out)).rows;
    assert.deepEqual(rows, [{ group: APP, value: '56' }]);
  });

  it('refuses what is no Apple ID, before anything is asked', async () => {
    const { exit, err } = await account.try(['--reviews', 'com.acme.photo', '--no-open']);
    assert.equal(exit, 3);
    assert.match(err, /--reviews takes Apple IDs of apps/);
  });
});

describe('asc-jobs try --reviews with a key that may not read them', () => {
  it('says so in one line; the reports come all the same', async () => {
    const account = await openAccount('FINANCE');
    try {
      for (const asked of [['--reviews'], ['--reviews', APP], []]) {
        const { exit, out, err } = await account.try([...asked, ...LOOK]);
        assert.equal(exit, 0, err);
        assert.equal(err.match(/Reviews are left out: this key may not read them\./g)?.length, 1, err);
        assert.deepEqual(reviewsIn(out), []);
        assert.equal(pagesAsked(account), 0);
      }
      const kept: unknown = JSON.parse(readFileSync(join(account.folder, 'try.json'), 'utf8'));
      assert.deepEqual(z.object({ reviewApps: z.array(z.string()) }).parse(kept).reviewApps, [APP]);
    } finally {
      await account.close();
    }
  });
});
