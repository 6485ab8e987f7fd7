import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createNumbersReader } from '../../cli/commands/status-numbers.ts';
import { connect } from '../../cli/deployment/connect.ts';
import { statusSource } from '../../cli/deployment/status-source.ts';
import { readStatus } from '../../functions/status/read/read-status.ts';
import { localRate } from '../../local/ecb/ecb-server.ts';
import { sampleSales } from '../../local/simulator/samples/sample-sales.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { TEN } from '../end-to-end/prices/prices.ts';
import { putSampleSales } from '../end-to-end/reports/sales.ts';
import { APP, planAfter, reviewsWorld, write } from '../end-to-end/reviews/reviews.ts';
import { type Operator, operatorOf } from './operator/operator.ts';

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY', 'FINANCIAL/ZZ'], backfillDays: 8 }],
    },
  ],
};

/** The proceeds of a sample day in a currency, added up from Apple's file by hand. */
function proceedsOf(day: string, currency: string): number {
  const [head = '', ...lines] = sampleSales({ vendor: '85012345', day }).trimEnd().split('\n');
  const at = (name: string): number => head.split('\t').indexOf(name);
  return lines
    .map((line) => line.split('\t'))
    .filter((cells) => cells[at('Currency of Proceeds')] === currency)
    .reduce((sum, cells) => sum + Number(cells[at('Units')]) * Number(cells[at('Developer Proceeds')]), 0);
}

const DAYS = [
  '2026-11-16',
  '2026-11-17',
  '2026-11-18',
  '2026-11-19',
  '2026-11-20',
  '2026-11-21',
  '2026-11-22',
  '2026-11-23',
];

describe('asc-jobs numbers', () => {
  let world: World;
  let operator: Operator;
  before(async () => {
    world = await startWorld({ now: TEN, settings: SETTINGS });
    putSampleSales(world, DAYS);
    operator = operatorOf(world);
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  });
  after(() => world.close());

  const sum = (days: readonly string[]): string =>
    days.reduce((total, day) => total + proceedsOf(day, 'USD'), 0).toFixed(2);

  it('gives what Apple’s files add up to, beside the period before', async () => {
    const { exit, out, err } = await operator.run([
      'numbers',
      'sales',
      '--by',
      'currency',
      '--last',
      '4d',
      '--json',
    ]);
    assert.equal(exit, 0, err);
    const { period, before: earlier, rows } = JSON.parse(out);
    assert.deepEqual(
      [period, earlier],
      [
        { from: '2026-11-20', to: '2026-11-23' },
        { from: '2026-11-16', to: '2026-11-19' },
      ],
    );
    const dollars = rows.find(({ currency }: { currency: string }) => currency === 'USD');
    assert.deepEqual([dollars.value, dollars.before], [sum(DAYS.slice(4)), sum(DAYS.slice(0, 4))]);
    assert.equal(dollars.trend.length, 4);
  });

  it('shows a table of 80 columns with names and a sparkline', async () => {
    const { out } = await operator.run(['numbers', 'sales', '--by', 'country', '--last', '4d']);
    assert.match(out, /^2026-11-20 to 2026-11-23, compared with 2026-11-16 to 2026-11-19/);
    assert.match(out, /\nUnited States +USD +[\d,]+\.\d\d +[\d,]+\.\d\d +[+-][\d.]+ % /);
    assert.match(out, /[▁▂▃▄▅▆▇█]{2,}/);
    for (const line of out.split('\n')) assert.ok([...line].length <= 80, line);
    // Two columns per Japanese letter: the currencies stand below each other.
    const { out: products } = await operator.run(['numbers', 'sales', '--by', 'product', '--last', '4d']);
    const columnOf = (line = ''): number =>
      [...line.slice(0, line.indexOf('EUR'))].reduce(
        (sum, one) => sum + (/[\p{Lo}🌊]/u.test(one) && !/\p{Script=Arabic}/u.test(one) ? 2 : 1),
        0,
      );
    const lines = products.split('\n').filter((line) => line.includes('EUR'));
    assert.ok(lines.some((line) => line.includes('漢字')));
    assert.equal(new Set(lines.map(columnOf)).size, 1, products);
  });

  it('says what is missing, and compares no more where most of the period before is', async () => {
    const { out, err } = await operator.run(['numbers', 'sales', '--last', '8d']);
    assert.match(err, /No comparison: 8 of the 8 days before are not stored/);
    assert.doesNotMatch(out, / % /);
  });

  it('compares whole periods, too, where the newest stored day is weeks old', async () => {
    const soon = operatorOf(world, 16 * 86_400_000);
    const { out } = await soon.run(['numbers', 'sales', '--by', 'currency', '--last', '4d', '--json']);
    const dollars = JSON.parse(out).rows.find(({ currency }: { currency: string }) => currency === 'USD');
    assert.deepEqual([dollars.value, dollars.before], [sum(DAYS.slice(4)), sum(DAYS.slice(0, 4))]);
    const late = operatorOf(world, 60 * 86_400_000);
    const { out: lateOut } = await late.run([
      'numbers',
      'sales',
      '--by',
      'currency',
      '--last',
      '4d',
      '--json',
    ]);
    assert.equal(lateOut, out);
  });

  it('get of a month without a file names the days by which it is asked for', async () => {
    const { err } = await operator.run(['reports', 'get', '--report', 'FINANCIAL/ZZ', '--date', '2026-12']);
    // Apple's fiscal September 2026.
    assert.match(err, /asc-jobs reports backfill --from 2026-09-26 --to 2026-09-26/);
  });

  it('the page is read anew when a day is settled without a file', async () => {
    const settings = join(operator.directory, 'settings.json');
    const endpoint = world.cloud.clientConfig.endpoint;
    const context = connect(
      { stage: 'prod', endpoint, settings },
      { out: () => {}, err: () => {}, ask: async () => undefined, env: {}, now: () => world.clock.now() },
    );
    const { series } = await readStatus(await statusSource(context), { view: 'reports' });
    const other = (state: 'due' | 'empty') =>
      series.flatMap((one) =>
        one.report === 'SALES/SUMMARY/DAILY'
          ? [
              one,
              {
                ...one,
                vendor: '2',
                days: one.days.map((day) => (day.date === '2026-11-23' ? { ...day, state } : day)),
              },
            ]
          : [],
      );
    let known = other('due');
    const read = createNumbersReader(context, async () => known);
    assert.deepEqual((await read())?.day?.missingDays, ['2026-11-23']);
    known = other('empty');
    assert.deepEqual((await read())?.day?.missingDays, []);
  });

  it('a table of which nothing is stored is no error of the engine', async () => {
    const { exit, err } = await operator.run(['reports', 'query', 'SELECT * FROM financial_zz']);
    assert.equal(exit, 3);
    assert.match(err, /financial_zz is subscribed, but nothing of it is stored yet/);
    assert.doesNotMatch(err, /Catalog Error|pg_/);
  });

  it('prints CSV that a spreadsheet reads', async () => {
    const { out } = await operator.run(['numbers', 'sales', '--by', 'currency', '--last', '4d', '--csv']);
    const [head, ...lines] = out.trimEnd().split('\r\n');
    assert.equal(
      head,
      'from,to,group,name,split,currency,value,before_from,before_to,before,change_percent,units,downloads',
    );
    const dollars = lines.find((line) =>
      line.startsWith(`2026-11-20,2026-11-23,USD,USD,,USD,${sum(DAYS.slice(4))},`),
    );
    const [units, downloads] = dollars?.split(',').slice(-2) ?? [];
    assert.ok(Number(units) > 0 && Number(downloads) > 0, dollars);
    assert.deepEqual(new Set(lines.map((line) => line.split(',').length)), new Set([13]));
  });

  it('tells everything in one currency by the rate of each day, once rates are stored', async () => {
    const before = await operator.run(['numbers', 'sales', '--in', 'EUR']);
    assert.equal(before.exit, 3);
    assert.match(before.err, /No exchange rates are stored/);
    await world.cloud.invoke('FetchExchangeRates');
    const currencies = ['USD', 'EUR', 'GBP', 'JPY', 'KRW', 'BRL', 'INR', 'CHF', 'SEK', 'SAR', 'AUD'];
    // The last rate at or before a day: 22 November is a Sunday, 23 November has its own. SAR is fixed at 3.75 to the dollar.
    const rateOf = (currency: string, day: string): number => {
      const banked = ['2026-11-21', '2026-11-22'].includes(day) ? '2026-11-20' : day;
      if (currency === 'EUR') return 1;
      return currency === 'SAR'
        ? 3.75 * Number(localRate('USD', banked))
        : Number(localRate(currency, banked));
    };
    const expected = DAYS.slice(4).reduce(
      (sum, day) =>
        sum + currencies.reduce((total, one) => total + proceedsOf(day, one) / rateOf(one, day), 0),
      0,
    );
    const { exit, out, err } = await operator.run([
      'numbers',
      'sales',
      '--last',
      '4d',
      '--in',
      'EUR',
      '--json',
    ]);
    assert.equal(exit, 0, err);
    const answer = JSON.parse(out);
    assert.deepEqual(answer.missingRates, []);
    assert.ok(
      Math.abs(Number(answer.totals[0].value) - expected) < 0.05,
      `${answer.totals[0].value} ${expected}`,
    );
  });

  it('names what it cannot tell: currencies, reports, groups, measures', async () => {
    const refused = async (...args: string[]) => {
      const { exit, err } = await operator.run(['numbers', ...args]);
      assert.equal(exit, 3, err);
      return err;
    };
    assert.match(await refused('sales', '--in', 'EURO'), /must be a currency of three letters/);
    assert.match(await refused('mrr'), /needs the report SUBSCRIPTION\/SUMMARY\/DAILY/);
    assert.match(await refused('prices', '--by', 'currency'), /cannot be grouped by currency/);
    assert.match(await refused('sales', '--last', '30'), /must be a span such as 30d/);
    assert.match(
      await refused('earnings'),
      /Allowed choices are sales, subscriptions, mrr, churn, refunds, finance, prices, reviews/,
    );
  });
});

describe('asc-jobs numbers reviews', () => {
  let world: World;
  let operator: Operator;
  before(async () => {
    world = await reviewsWorld();
    // The look is on 24 November: the period ends on the 23rd, and the review of this hour is not in it.
    write(world, { rating: 1, title: 'Just now' });
    for (const [days, rating] of [
      [1, 5],
      [2, 4],
      [6, 1],
    ] as const)
      write(world, { rating, title: `${days} days ago`, hoursAgo: 24 * days });
    operator = operatorOf(world);
    await planAfter(world, 0);
  });
  after(() => world.close());

  it('counts them and tells the mean stars, beside the period before', async () => {
    const { exit, out, err } = await operator.run(['numbers', 'reviews', '--last', '5d', '--json']);
    assert.equal(exit, 0, err);
    const { period, rows, missingDays } = JSON.parse(out);
    assert.deepEqual(period, { from: '2026-11-19', to: '2026-11-23' });
    assert.deepEqual(missingDays, []);
    assert.deepEqual(
      rows.map(({ group, value, before, more }: Record<string, unknown>) => [group, value, before, more]),
      [[APP, '2', '1', { meanStars: '4.50', meanBefore: '1.00', answered: '0' }]],
    );
    const table = await operator.run(['numbers', 'reviews', '--by', 'country', '--last', '5d']);
    assert.match(table.out, /\ncountry +reviews +before +change +mean stars +mean before/);
    assert.match(table.out, /\nUnited States +2 +1 +\+100\.0 % +4\.50 +1\.00/);
    assert.match(table.err, /Ratings without a text are not among them/);
    for (const line of table.out.split('\n')) assert.ok([...line].length <= 80, line);
  });

  it('are refused for a vendor, and where the settings keep none', async () => {
    const refused = await operator.run(['numbers', 'reviews', '--vendor', '85012345']);
    assert.equal(refused.exit, 3);
    assert.match(refused.err, /Reviews belong to an app/);
    const other = await operator.run(['numbers', 'reviews', '--team', 'globex']);
    assert.match(other.err, /The settings keep no reviews of such a team; they do of acme/);
  });
});
