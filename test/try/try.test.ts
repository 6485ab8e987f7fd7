import assert from 'node:assert/strict';
import { globSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { runCommand } from '../cli/operator/run-command.ts';
import { keyLines } from '../leaks.ts';
import { type Account, openAccount } from './account.ts';

const seriesSchema = z.object({
  report: z.string(),
  days: z.array(z.object({ date: z.string(), state: z.string(), lastAnswer: z.string().optional() })),
});
const answerSchema = z.object({
  day: z.string(),
  settledDays: z.number(),
  proceeds: z.array(
    z.object({ app: z.string(), currency: z.string(), day: z.string(), week: z.string(), month: z.string() }),
  ),
  downloads: z.array(z.object({ app: z.string(), month: z.string() })),
  series: z.array(seriesSchema),
  statusPage: z.string(),
  requests: z.number(),
});

/** The requests for reports that Apple has seen since the last look, by report and date. */
function askedFor({ simulator }: Account): string[] {
  const asked = simulator
    .requests()
    .filter(({ path }) => path.startsWith('/v1/salesReports'))
    .map(({ query }) => new Map(query))
    .map((query) => `${query.get('filter[reportType]')} ${query.get('filter[reportDate]')}`);
  simulator.clearRequests();
  return asked;
}

describe('asc-jobs try, for somebody with a key and without AWS', () => {
  let account: Account;
  let first: { exit: number; out: string; err: string };
  let seen = 0;
  before(async () => {
    account = await openAccount();
    first = await account.try(['--json', '--no-open']);
    seen = account.simulator.requests().length;
  });
  after(() => account.close());

  it('fetches a month of daily sales and says first answers, exact and by currency', () => {
    assert.equal(first.exit, 0, first.err);
    const { day, settledDays, proceeds, downloads, series } = answerSchema.parse(JSON.parse(first.out));
    assert.deepEqual([day, settledDays], ['2026-11-23', 30]);
    assert.ok(proceeds.length > 10 && downloads.length > 0);
    for (const { month } of proceeds) assert.match(month, /^-?\d+\.\d\d$/);
    const sales = series.find(({ report }) => report === 'SALES/SUMMARY/DAILY');
    const states = sales?.days.map(({ state }) => state) ?? [];
    assert.deepEqual(
      [
        states.filter((state) => state === 'stored').length,
        states.filter((state) => state === 'empty').length,
      ],
      [29, 1],
    );
  });

  it('counts its requests to Apple, which are as many as README.md tells', () => {
    const { requests } = answerSchema.parse(JSON.parse(first.out));
    assert.equal(requests, seen);
    const text = readFileSync('README.md', 'utf8').replace(/\s+/g, ' ');
    const [, least, most] = /makes (\d+) to (\d+) requests/.exec(text) ?? [];
    assert.ok(Number(least) <= requests && requests <= Number(most), `${requests} requests`);
  });

  it('fetches subscriptions, and finance as the role allows it', () => {
    const { series } = answerSchema.parse(JSON.parse(first.out));
    const subscriptions = series.find(({ report }) => report === 'SUBSCRIPTION/SUMMARY/DAILY');
    assert.ok(subscriptions?.days.some(({ state }) => state === 'stored'));
    assert.ok(series.some(({ report }) => report === 'FINANCIAL/ZZ'));
  });

  it('sums what Apple’s own files say', async () => {
    const { out } = await account.try([
      'reports',
      'query',
      "SELECT CAST(sum(units * developer_proceeds) AS DECIMAL(38,2))::VARCHAR AS total FROM sales_summary_daily WHERE currency_of_proceeds = 'USD'",
      '--json',
    ]);
    const [row] = z.array(z.object({ total: z.string() })).parse(JSON.parse(out));
    const { proceeds } = answerSchema.parse(JSON.parse(first.out));
    const cents = (text: string): number => Math.round(Number(text) * 100);
    const shown = proceeds
      .filter(({ currency }) => currency === 'USD')
      .reduce((sum, { month }) => sum + cents(month), 0);
    assert.equal(shown, cents(row?.total ?? ''));
  });

  it('asks Apple for nothing again, and the next day only for what is new', async () => {
    account.simulator.clearRequests();
    await account.try(['--json', '--no-open']);
    // With one day of sales the key is looked at.
    assert.deepEqual(askedFor(account), ['SALES 2026-11-22']);
    account.clock.advance(24 * 3_600_000);
    await account.try(['--json', '--no-open']);
    const asked = askedFor(account).filter((line) => line.startsWith('SALES '));
    assert.deepEqual([...new Set(asked)].sort(), ['SALES 2026-11-23', 'SALES 2026-11-24']);
    assert.equal(asked.length, 2, 'a look at the key, and the new day');
  });

  it('leaves plain Parquet and a status page, for its owner only, and no trace of the key', () => {
    assert.ok(
      globSync('lake/tables/sales_summary_daily/team=mine/vendor=*/report_date=*/data.parquet', {
        cwd: account.folder,
      }).length >= 29,
    );
    const secrets = keyLines(account.pem);
    for (const file of globSync('**/*', { cwd: account.folder })) {
      const path = join(account.folder, file);
      const stats = lstatSync(path);
      assert.equal(stats.mode & 0o077, 0, `${file} is open to others`);
      if (!stats.isFile()) continue;
      const text = readFileSync(path, 'latin1');
      for (const line of secrets) assert.ok(!text.includes(line), `${file} holds key material`);
    }
    const page = readFileSync(join(account.folder, 'status.html'), 'utf8');
    assert.match(page, /href="status-reports\.html"/);
    assert.doesNotMatch(page, /href="\//);
    // Files do not change by themselves, and nobody plans by the clock.
    assert.doesNotMatch(page, /Reload|next run/);
    assert.match(page, /asc-jobs try writes it anew/);
    assert.match(page, /<h2 id="trend">Eight weeks<\/h2>/);
    // Empty places of the pictures are days that were not fetched, not days without sales.
    assert.match(page, /<p class="quiet">\d+ days of this period are not stored/);
  });

  it('says where nobody answers when the variable leads to a simulator that has ended', async () => {
    const { exit, err } = await account.try(['--no-open'], {
      env: { APP_STORE_CONNECT_BASE_URL: 'http://127.0.0.1:9' },
    });
    assert.equal(exit, 1);
    assert.match(
      err,
      /Nobody answers at http:\/\/127\.0\.0\.1:9, .* is asc-jobs simulate still running there\?/,
    );
  });

  it('tells once how many table files a question has fetched, whatever it reads', async () => {
    rmSync(join(account.folder, 'copies'), { recursive: true });
    const { err } = await account.try(['numbers', 'mrr']);
    assert.equal(err.match(/table files fetched: \d+ of \d+/g)?.length, 1, err);
  });

  it('its status names vendors and apps as what they are, and no command that a folder does not have', async () => {
    const { exit, out } = await account.try(['status'], { width: 120 });
    assert.equal(exit, 0, out);
    assert.match(out, /│ vendor or app +│ report/);
    const told = `${out}${readFileSync(join(account.folder, 'status-keys.html'), 'utf8')}`;
    assert.doesNotMatch(told, /keys (correct|rotate|check)/);
    assert.match(out, /When Apple made the key is not known here; its age counts from 2026-11-2\d\./);
  });

  it('says at its end where to go on', async () => {
    const { out } = await account.try(['--no-open']);
    assert.match(
      out,
      /\nAsk more: +npx asc-jobs try numbers sales --by country --dir \S+\n\d+ requests? to Apple in \d+ s\.\n$/,
    );
  });

  it('plans a price change, sends it only with --apply, and exactly once', async () => {
    const file = join(account.folder, 'change.json');
    writeFileSync(
      file,
      JSON.stringify({
        idempotencyKey: 'cheaper',
        team: 'mine',
        product: { kind: 'subscription', id: '6448311069' },
        prices: { USA: '44.99' },
        preserveCurrentPrice: true,
        requestedBy: 'me@acme.example',
        reason: 'test',
      }),
    );
    const writes = () => account.simulator.requests().filter(({ method }) => method !== 'GET').length;
    const planned = await account.try(['prices', 'plan', file]);
    assert.equal(planned.exit, 0, planned.err);
    assert.match(planned.out, /44\.99 USD/);
    assert.equal(writes(), 0);
    const applied = await account.try(['prices', 'plan', file, '--apply', '--yes']);
    assert.equal(applied.exit, 0, applied.err);
    assert.match(applied.out, /applied/);
    const sent = writes();
    assert.ok(sent > 0);
    await account.try(['prices', 'plan', file, '--apply', '--yes']);
    assert.equal(writes(), sent);
  });
});

describe('asc-jobs try, where it cannot go on', () => {
  it('knows at once what the vendor does not have from what is late', async () => {
    const account = await openAccount();
    try {
      const reports = 'PRE_ORDER/SUMMARY/DAILY,SALES/SUMMARY/DAILY';
      const { out } = await account.try(['--json', '--no-open', '--days', '3', '--reports', reports]);
      const { series } = answerSchema.parse(JSON.parse(out));
      const preOrders = series.find(({ report }) => report === 'PRE_ORDER/SUMMARY/DAILY');
      assert.deepEqual([...new Set(preOrders?.days.map(({ state }) => state))], ['notOffered']);
    } finally {
      await account.close();
    }
  });

  it('says what is wrong with a key that may not read reports, and makes no folder', async () => {
    const account = await openAccount('APP_MANAGER');
    try {
      const { exit, err } = await account.try(['--no-open']);
      assert.equal(exit, 2);
      assert.match(err, /Make one with the role Finance/);
      assert.deepEqual(globSync('**', { cwd: account.folder }), []);
    } finally {
      await account.close();
    }
  });

  it('takes everything from the environment, and says that the vendor number is not the team’s', async () => {
    const account = await openAccount();
    try {
      const env = {
        APP_STORE_CONNECT_BASE_URL: account.simulator.origin,
        ASC_VENDOR_NUMBER: '86000000',
        ASC_PRIVATE_KEY_B64: Buffer.from(account.pem).toString('base64'),
        ASC_KEY_ID: 'TRYKEY0001',
        ASC_ISSUER_ID: account.issuerId,
      };
      const { exit, err } = await runCommand(['try', '--dir', `${account.folder}-other`], {
        env,
        now: () => account.clock.now(),
      });
      assert.equal(exit, 2);
      assert.match(err, /does not take this vendor number/);
    } finally {
      await account.close();
    }
  });
});
