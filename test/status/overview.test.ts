import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NumbersLake } from '../../functions/numbers/answer.ts';
import { readEffects } from '../../functions/status/read/read-effects.ts';
import { NUMBERS_DAYS, readNumbers } from '../../functions/status/read/read-numbers.ts';
import { renderPage } from '../../functions/status/render-page.ts';
import { nextPlannerRun } from '../../functions/status/views/overview/facts.ts';
import { openSmallLake, type Row } from '../models/small-lake.ts';
import { NOW } from './sample/base.ts';
import { changeOf, planOf } from './sample/changes.ts';
import { seriesOf } from './sample/days.ts';
import { sampleNumbers } from './sample/numbers.ts';
import { keyOf, sampleStatus } from './sample/status.ts';

/** A page's text, without its markup; everything between two elements is one space. */
const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')
    .replace(/ ([;,:])/g, '$1');
const overviewOf = (changes: Partial<ReturnType<typeof sampleStatus>> = {}): string =>
  textOf(renderPage({ ...sampleStatus(), ...changes }, { view: 'overview' }));

describe('The overview', () => {
  it('says how much yesterday and this month, each against the one before', () => {
    const text = overviewOf();
    assert.match(
      text,
      /Yesterday Mon 23 Nov Currency Proceeds vs Sun vs last Mon USD 512\.40 ▲ up by 8\.6 % ▲ up by 6\.[78] %/,
    );
    assert.match(text, /Nov so far 1–23 Nov Currency .*USD 15,532\.10 14,000\.00 ▲ up by 11 %/);
    assert.match(text, /2 more currencies/);
  });

  it('compares no day that is stored in part with the same weekday before, nor with one that is', () => {
    const { day, weekday, ...numbers } = sampleNumbers();
    assert.ok(day?.period && weekday?.period);
    const partly = [
      { ...numbers, day, weekday: { ...weekday, missingDays: [weekday.period.to] } },
      { ...numbers, day: { ...day, missingDays: [day.period.to] }, weekday },
    ];
    for (const of of partly)
      assert.match(overviewOf({ numbers: of }), /vs last Mon USD 512\.40 ▲ up by 8\.6 % – EUR/);
  });

  it('calls a day by its date where yesterday is not there', () => {
    assert.match(overviewOf({ asOf: NOW + 3 * 24 * 3_600_000 }), /Newest day Mon 23 Nov/);
  });

  it('says whether the planner is alive and when it runs next', () => {
    assert.equal(nextPlannerRun(Date.parse('2026-11-24T17:07:00Z')), Date.parse('2026-11-24T18:07:00Z'));
    assert.equal(nextPlannerRun(Date.parse('2026-11-24T17:06:59Z')), Date.parse('2026-11-24T17:07:00Z'));
    assert.match(overviewOf(), /Planner alive ran 12 min ago; next run in 1 h \(2026-11-24 18:07 UTC\)/);
    assert.match(overviewOf({ plannerRanAt: NOW - 5 * 3_600_000 }), /Planner silent ran 5 h ago/);
    assert.match(overviewOf({ plannerRanAt: null }), /Planner has not run next run in 1 h/);
  });

  it('says what is late, what waits and which key comes next', () => {
    const text = overviewOf();
    assert.match(text, /Reports 2 late or failed; 2 on their way/);
    assert.match(text, /Prices 1 change waits for approval; 0 under way/);
    assert.match(text, /Keys 1 of 2 accepted by Apple \(next rotation: acme\/reports by 2026-11-30\)/);
  });

  it('gives the command for a revoked key as the e-mail does', () => {
    assert.match(overviewOf(), /keys rotate --team acme --job prices .*--confirm-role APP_MANAGER --revoked/);
  });

  it('tells what the newest price changes did, in the words of the look, without claiming a cause', () => {
    const text = overviewOf();
    assert.match(
      text,
      /What price changes did winter-sale-2026\/pro-yearly .*28 days after Tue 20 Oct units fell In the 12 territories .* proceeds same Proceeds stayed about the same\./,
    );
    assert.match(text, /No proof of a cause/);
    const place = { view: 'prices', change: 'acme/winter-sale-2026/pro-yearly' } as const;
    assert.match(textOf(renderPage(sampleStatus(), place)), /What it did 28 days after Tue 20 Oct/);
  });

  it('needs no numbers: where no table is read it shows the jobs alone', () => {
    const { numbers: _, ...status } = sampleStatus();
    const text = textOf(renderPage(status, { view: 'overview' }));
    assert.match(text, /things for a person/);
    assert.doesNotMatch(text, /Yesterday|Eight weeks/);
  });

  it('says where a total cannot be told in one currency, and why', () => {
    const numbers = sampleNumbers();
    const inOne = numbers.day && {
      ...numbers.day,
      missingRates: ['EGP'],
      totals: numbers.day.rows.slice(0, 1).map((row) => ({ ...row, value: null })),
    };
    assert.match(
      overviewOf({ numbers: { ...numbers, ...(inOne && { dayInOne: inOne }) } }),
      /Not told in one currency: no exchange rate for EGP/,
    );
  });
});

const sale = (app: number, title: string, units: number, proceeds: number, more: Row = {}): Row => ({
  team: 'acme',
  vendor: '85012345',
  report_date: '2026-11-23',
  sku: `app.${app}`,
  title,
  apple_identifier: String(app),
  product_type_identifier: '1F',
  units,
  developer_proceeds: proceeds,
  customer_price: proceeds,
  customer_currency: 'USD',
  currency_of_proceeds: 'USD',
  country_code: 'US',
  ...more,
});

/** The sales view over rows of one day. */
async function salesOf(rows: readonly Row[]): Promise<string> {
  const ask = await openSmallLake({ sales_summary_daily: rows });
  const lake: NumbersLake = {
    ask,
    has: (name) => name !== 'rates_daily' && !name.startsWith('subscription') && name !== 'mrr_daily',
  };
  const numbers = await readNumbers(lake, []);
  return textOf(renderPage({ ...sampleStatus(), numbers }, { view: 'sales' }));
}

describe('Eight weeks on the page', () => {
  const daysTo = (last: string, count: number): string[] =>
    Array.from({ length: count }, (_, back) =>
      new Date(Date.parse(last) - back * 86_400_000).toISOString().slice(0, 10),
    );
  const series = [seriesOf('SALES/SUMMARY/DAILY', 150)];

  it('are not compared with days whose tables were not read', async () => {
    const read = 76;
    const ask = await openSmallLake({
      sales_summary_daily: daysTo('2026-11-23', read).map((report_date) =>
        sale(1, 'Photo Pro', 1, 2, { report_date }),
      ),
    });
    const lake: NumbersLake = { ask, has: (name) => name === 'sales_daily' || name === 'products' };
    const from = daysTo('2026-11-23', read).at(-1);
    const { trend, day } = await readNumbers(lake, series, from);
    assert.deepEqual(
      trend?.rows.map(({ value, before, changePercent }) => ({ value, before, changePercent })),
      [{ value: '112.00', before: null, changePercent: null }],
    );
    assert.equal(day?.rows[0]?.changePercent, 0);
  });

  it('and the eight before them are among the days that are copied', () => {
    assert.ok(NUMBERS_DAYS >= 2 * 56 + 7, `${NUMBERS_DAYS}`);
  });
});

describe('The effects on the page', () => {
  it('are the newest look of each change', async () => {
    const look = (lookDays: number, measure: string, words: string): Row => ({
      team: 'acme',
      change_id: 'sale',
      product_kind: 'subscription',
      product_id: '1',
      change_day: '2026-10-20',
      look_days: lookDays,
      version: 1,
      measured_on: lookDays === 7 ? '2026-10-31' : '2026-11-21',
      measure,
      outcome: 'cannot-tell',
      words,
    });
    const ask = await openSmallLake({
      price_effects: [look(7, 'units', 'early'), look(28, 'units', 'late'), look(28, 'proceeds', 'money')],
    });
    const [effect, ...others] = await readEffects({ ask, has: () => true });
    assert.deepEqual(others, []);
    assert.deepEqual([effect?.lookDays, effect?.measures.map(({ words }) => words)], [28, ['late', 'money']]);
    assert.deepEqual(await readEffects({ ask, has: () => false }), []);
  });
});

describe('The view Sales', () => {
  it('ranks apps by proceeds, however many rows the others have', async () => {
    const manyRows = Array.from({ length: 40 }, () => sale(1, 'Chatty', 1, 0.01));
    const text = await salesOf([...manyRows, sale(2, 'Earner', 100, 155.32)]);
    assert.ok(text.indexOf('Earner') < text.indexOf('Chatty'), text);
    assert.match(text, /USD 15,532\.40/);
  });

  it('puts purchases under their app', async () => {
    const coins = sale(3, 'Coins', 10, 5, {
      sku: 'coins',
      product_type_identifier: 'IA1',
      parent_identifier: 'app.2',
    });
    const text = await salesOf([sale(2, 'Earner', 1, 1), coins]);
    assert.match(text, /Earner USD 51\.00 .*11 units sold/);
  });

  it('says what the pictures leave out, to the cent', async () => {
    const apps = Array.from({ length: 8 }, (_, index) =>
      sale(10 + index, `App ${index}`, 1, 100 - index + 0.1),
    );
    assert.match(await salesOf(apps), /2 apps without a picture: 187\.20 of 772\.80 USD/);
    assert.match(
      await salesOf([sale(1, 'Paid', 1, 5), sale(2, 'Free', 7, 0)]),
      /Left out: 1 pair of app and currency without proceeds \(7 downloads\)/,
    );
  });
});

describe('Names and labels', () => {
  it('the calendar has weekdays, the day over each week, and says both on hovering', () => {
    const page = renderPage(
      { ...sampleStatus(), series: [seriesOf('SALES/SUMMARY/DAILY', 23)] },
      { view: 'reports' },
    );
    assert.match(textOf(page), /Nov 2026 Mon Wed Fri Sun 1 2 9 16 23/);
    assert.match(page, /title="Thu 19 Nov · 2026-11-19: stored, 52 rows"/);
  });

  it('one message per cause, with the dates it concerns', () => {
    const failed = { state: 'failed', settledAs: undefined, tries: 4, lastAnswer: 'no such report' };
    const series = seriesOf('SALES/SUMMARY/DAILY', 23, { '2026-11-20': failed, '2026-11-21': failed });
    const text = textOf(renderPage({ ...sampleStatus(), series: [series] }, { view: 'reports' }));
    assert.match(text, /2026-11-20, 2026-11-21 are failed: no such report/);
    assert.equal(text.match(/no such report/g)?.length, 1);
  });

  it('a plan names its territories, says once what all have in common, and folds', () => {
    const changes = [{ ...changeOf('sale'), plan: planOf('sale') }];
    const text = textOf(renderPage({ ...sampleStatus(), changes }, { view: 'prices', change: 'acme/sale' }));
    assert.match(text, /All of them: Starts: 2026-11-26/);
    assert.match(text, /\d+ more territories/);
    assert.match(text, /Germany \(DEU\)/);
  });

  it('a product has its name where a report has told it', () => {
    const numbers = { ...sampleNumbers(), names: { 'subscription/6448311069': 'Pro, one year' } };
    const status = { ...sampleStatus(), numbers, changes: [changeOf('sale')] };
    assert.match(textOf(renderPage(status, { view: 'prices' })), /Pro, one year subscription 6448311069/);
  });

  it('a key with nothing but a note is not to be rotated', () => {
    const noted = keyOf('prices', 1, {
      findings: [{ severity: 'note', code: 'key-role-stated', text: 'stated' }],
    });
    assert.doesNotMatch(
      renderPage({ ...sampleStatus(), keys: [noted] }, { view: 'keys' }),
      /Next: make a key/,
    );
  });
});
