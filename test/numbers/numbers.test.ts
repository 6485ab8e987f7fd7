import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { renderNumbers } from '../../cli/commands/numbers/numbers-table.ts';
import type { NumbersAnswer, NumbersLake, Question } from '../../functions/numbers/answer.ts';
import { askNumbers } from '../../functions/numbers/ask-numbers.ts';
import type { By, MeasureName } from '../../functions/numbers/measures.ts';
import { parseSpan } from '../../functions/numbers/windows.ts';
import { MONTH_BEFORE, smallLake } from './numbers-lake.ts';

const silent = { out() {}, err() {}, ask: async () => undefined, env: {}, now: () => 0 };

describe('Numbers, by hand', () => {
  let lake: NumbersLake;
  before(async () => {
    lake = await smallLake();
  });
  const asked = (
    measure: MeasureName,
    by: By,
    last: string,
    more: Partial<Question> = {},
    of = lake,
  ): Promise<NumbersAnswer> => {
    const span = parseSpan(last);
    assert.ok(span);
    return askNumbers(of, { measure, by, span, ...more });
  };
  const table = ({ rows }: NumbersAnswer) =>
    rows.map(({ name, currency, value, before, changePercent }) => [
      name,
      currency,
      value,
      before,
      changePercent,
    ]);

  it('sales: purchases belong to their app, refunds are taken off, currencies stay apart', async () => {
    const answer = await asked('sales', 'app', '3d');
    assert.deepEqual(answer.period, { from: '2026-11-18', to: '2026-11-20' });
    assert.deepEqual(table(answer), [
      // 4·2 + 12·1 − 2 = 18, before 20
      ['Tide', 'EUR', '18.00', '20.00', -10],
      // 3·7 + 2·7.5 = 36, before 7
      ['Tide', 'USD', '36.00', '7.00', 414.3],
      ['Tide', 'EGP', '30.00', '0.00', null],
    ]);
    assert.deepEqual(answer.rows[0]?.more, { units: '16', downloads: '5' });
    assert.deepEqual(answer.rows[0]?.trend, [
      { day: '2026-11-18', value: '8.00' },
      { day: '2026-11-19', value: '10.00' },
    ]);
  });

  it('sales by product and by country', async () => {
    assert.deepEqual(table(await asked('sales', 'product', '3d')), [
      ['Coins', 'EUR', '18.00', '20.00', -10],
      ['Tide', 'EUR', '0.00', '0.00', null],
      ['Pro', 'USD', '36.00', '7.00', 414.3],
      ['Coins', 'EGP', '30.00', '0.00', null],
    ]);
    assert.deepEqual(table(await asked('sales', 'country', '3d')).slice(0, 2), [
      ['France', 'EUR', '12.00', '0.00', null],
      ['Germany', 'EUR', '6.00', '20.00', -70],
    ]);
  });

  it('in one currency: by the rate of each day; what has no rate leaves its cell empty and is named', async () => {
    const answer = await asked('sales', 'product', '3d', { currency: 'EUR' });
    assert.deepEqual(answer.missingRates, ['EGP']);
    assert.deepEqual(table(answer), [
      // 36 / 1.25, before 7 / 1.4
      ['Pro', 'EUR', '28.80', '5.00', 476],
      ['Tide', 'EUR', '0.00', '0.00', null],
      ['Coins', 'EUR', null, '20.00', null],
    ]);
    assert.deepEqual(
      answer.totals.map(({ value, before }) => [value, before]),
      [[null, '25.00']],
    );
    assert.equal(table(await asked('sales', 'product', '3d', { currency: 'USD' }))[0]?.[2], '36.00');
  });

  it('refunds: as positive amounts, beside what was sold', async () => {
    const answer = await asked('refunds', 'country', '3d');
    const germany = answer.rows.find(({ name }) => name === 'Germany');
    assert.deepEqual(
      [germany?.value, germany?.before, germany?.more],
      ['2.00', '0.00', { units: '1', unitsSold: '4' }],
    );
  });

  it('subscriptions: a balance of the newest day, never a sum over days', async () => {
    const answer = await asked('subscriptions', 'app', '3d');
    assert.deepEqual(table(answer), [['Tide', null, '130', '100', 30]]);
    assert.deepEqual(answer.rows[0]?.more, { trials: '9', billingRetry: '6', grace: '0' });
    assert.deepEqual(
      answer.rows[0]?.trend.map(({ value }) => value),
      ['130', '130'],
    );
  });

  it('MRR: in proceeds, a year spread over twelve months', async () => {
    // 120·3 + 10·36/12 = 390, before 100·3
    assert.deepEqual(table(await asked('mrr', 'app', '3d')), [['Tide', 'EUR', '390.00', '300.00', 30]]);
    assert.deepEqual(table(await asked('mrr', 'product', '3d')), [
      ['Pro, monthly', 'EUR', '360.00', '300.00', 20],
      ['Pro, yearly', 'EUR', '30.00', '0.00', null],
    ]);
  });

  it('churn: whole months that are over, lost trials left out', async () => {
    const answer = await asked('churn', 'product', '1m');
    assert.deepEqual(answer.period, { from: '2026-11-01', to: '2026-11-30' });
    const [row] = answer.rows;
    // 20 of 250, before 18 of 200
    assert.deepEqual(
      [row?.name, row?.split, row?.value, row?.before],
      ['Pro, monthly', '1 Month', '8.00', '9.00'],
    );
    assert.deepEqual(row?.more, { lost: '20', startPaid: '250', involuntary: '5' });
    await assert.rejects(asked('churn', 'product', '30d'), { code: 'NO_SUCH_SPAN' });
    await assert.rejects(asked('churn', 'country', '1m'), { code: 'NO_SUCH_GROUP' });
  });

  it('finance: Apple’s fiscal months beside the sales of their days', async () => {
    const answer = await asked('finance', 'product', '1m');
    assert.deepEqual(
      [answer.period, answer.before],
      [
        { from: '2026-11-01', to: '2026-11-28' },
        { from: '2026-09-27', to: '2026-10-31' },
      ],
    );
    const coins = answer.rows.find(({ name, currency }) => name === 'Coins' && currency === 'EUR');
    assert.deepEqual([coins?.value, coins?.before, coins?.changePercent], ['14.00', '10.00', 40]);
    // Sales of November in euros: 10·2 + 4·2 + 12·1 − 2 = 38
    assert.deepEqual(coins?.more, { sales: '38.00', difference: '-24.00', units: '8', returns: '1' });
  });

  it('finance: without an earlier month there is no period before, and that is said', async () => {
    const answer = await asked('finance', 'product', '1m', { until: '2026-10-31' });
    assert.deepEqual([answer.period, answer.before], [{ from: '2026-09-27', to: '2026-10-31' }, null]);
    assert.ok(answer.rows.length > 0 && answer.rows.every(({ before }) => before === null));
    assert.equal(answer.notes[0], 'No comparison: no finance report of an earlier month is stored.');
    const shown = renderNumbers(silent, answer);
    assert.match(shown, /^2026-09-27 to 2026-10-31, Pacific days\n/);
  });

  it('finance: months are compared with as many months, or with none', async () => {
    // Three fiscal months are stored: two of them have one before them.
    const answer = await asked('finance', 'product', '2m', {}, await smallLake(undefined, [MONTH_BEFORE]));
    assert.deepEqual(answer.period, { from: '2026-09-27', to: '2026-11-28' });
    const coins = answer.rows.find(({ name }) => name === 'Coins');
    assert.deepEqual([coins?.value, coins?.before, coins?.changePercent], ['24.00', null, null]);
    assert.match(answer.notes.join(' '), /No comparison: 1 of the 2 fiscal months before is stored\./);
  });

  it('prices: what most customers paid on the newest day, beside the period before', async () => {
    const answer = await asked('prices', 'product', '3d');
    assert.deepEqual(
      answer.rows.map(({ name, split, value, before, changePercent }) => [
        name,
        split,
        value,
        before,
        changePercent,
      ]),
      [
        ['Pro', 'United States', '10.00', '10.00', 0],
        // Sold 12, 4 and 1: by the number, not by its first digit.
        ['Coins', 'France', '3.00', null, null],
        ['Coins', 'Germany', '3.00', '3.00', 0],
        ['Coins', 'Egypt', '45.00', null, null],
      ],
    );
  });

  it('prices: of two in a period the one of the newest day, of two on a day the one with more units', async () => {
    const answer = await asked(
      'prices',
      'product',
      '3d',
      {},
      await smallLake([
        ['2026-11-18', 'coins', 40, 2, 3, 'EUR', 'DE'],
        ['2026-11-20', 'coins', 1, 3, 4, 'EUR', 'DE'],
        ['2026-11-20', 'coins', 2, 4, 5, 'EUR', 'DE'],
      ]),
    );
    assert.deepEqual(
      answer.rows.map(({ name, value }) => [name, value]),
      [['Coins', '5.00']],
    );
  });

  it('prices: days that lie in neither period count in none', async () => {
    // This month to 10 November beside 1 to 10 October: the price of 20 October is of neither.
    const answer = await asked(
      'prices',
      'product',
      'month',
      {},
      await smallLake([
        ['2026-10-05', 'coins', 5, 2, 3, 'EUR', 'DE'],
        ['2026-10-20', 'coins', 5, 3, 4, 'EUR', 'DE'],
        ['2026-11-10', 'coins', 5, 3, 4, 'EUR', 'DE'],
      ]),
    );
    assert.deepEqual(answer.before, { from: '2026-10-01', to: '2026-10-10' });
    assert.deepEqual(
      answer.rows.map(({ value, before, changePercent }) => [value, before, changePercent]),
      [['4.00', '3.00', 33.3]],
    );
  });

  it('reviews: counted by app and country, with mean stars of sums, beside the period before', async () => {
    const answer = await asked('reviews', 'app', '3d');
    assert.equal(answer.unit, 'count');
    assert.deepEqual(table(answer), [
      ['Tide', null, '4', '2', 100],
      ['999', null, '1', '0', null],
    ]);
    // (4 + 5 + 2 + 1) / 4, before (5 + 4) / 2
    assert.deepEqual(answer.rows[0]?.more, { meanStars: '3.00', meanBefore: '4.50', answered: '1' });
    assert.deepEqual(answer.rows[1]?.more, { meanStars: '3.00', meanBefore: null, answered: '0' });
    assert.deepEqual(answer.rows[0]?.trend, [
      { day: '2026-11-18', value: '1' },
      { day: '2026-11-19', value: '1' },
      { day: '2026-11-20', value: '2' },
    ]);
    // 15 stars of 5 reviews: not the mean of two means.
    assert.deepEqual(
      answer.totals.map(({ value, more }) => [value, more['meanStars']]),
      [['5', '3.00']],
    );
    const countries = await asked('reviews', 'country', '3d');
    assert.deepEqual(
      countries.rows.map(({ name, value, more }) => [name, value, more['meanStars'], more['meanBefore']]),
      [
        // 11 / 3
        ['Germany', '3', '3.67', '4.50'],
        ['United States', '1', '1.00', null],
        ['ZZZ', '1', '3.00', null],
      ],
    );
  });

  it('reviews: a period ends with the last whole day before the newest look, reviewed or not', async () => {
    const looked = await asked('reviews', 'app', '3d', { settled: new Set(['2026-11-23']) });
    assert.deepEqual(looked.period, { from: '2026-11-20', to: '2026-11-22' });
    // The only look has brought the history: nothing is missing.
    assert.deepEqual([looked.missingDays, looked.rows[0]?.value, looked.rows[0]?.before], [[], '2', '2']);
    const later = await asked('reviews', 'app', '3d', {
      settled: new Set(['2026-11-20']),
      until: '2026-11-20',
    });
    assert.deepEqual(later.missingDays, ['2026-11-20']);
    const never = await asked('reviews', 'app', '3d', { settled: new Set(), until: '2026-11-20' });
    assert.match(never.notes.join(' '), /No comparison/);
    assert.deepEqual(
      [never.rows[0]?.before, never.rows[0]?.more['meanBefore'], never.rows[0]?.more['meanStars']],
      [null, null, '3.00'],
    );
  });

  it('reviews have no amounts and no products', async () => {
    await assert.rejects(asked('reviews', 'app', '3d', { currency: 'EUR' }), /reviews have no amounts/);
    await assert.rejects(asked('reviews', 'product', '3d'), { code: 'NO_SUCH_GROUP' });
  });

  it('days that are not stored are named, and compared no more where too many are missing', async () => {
    const settled = new Set(['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-20']);
    const gap = await asked('sales', 'app', '3d', { settled });
    assert.deepEqual(gap.missingDays, ['2026-11-19']);
    assert.match(gap.notes[0] ?? '', /^1 day of this period is not stored: 2026-11-19\.$/);
    // Two days beside three: the difference would mostly tell what is stored.
    assert.deepEqual([gap.rows[0]?.before, gap.rows[0]?.changePercent], ['20.00', null]);
    assert.match(gap.notes.join(' '), /No comparison: 1 of the 3 days of this period is not stored\./);
    // A balance is that of one day, whatever other days are missing.
    const balance = await asked('subscriptions', 'app', '3d', { settled });
    assert.equal(balance.rows[0]?.changePercent, 30);
    const short = await asked('sales', 'app', '3d', {
      settled: new Set(['2026-11-18', '2026-11-19', '2026-11-20']),
    });
    assert.equal(short.rows[0]?.before, null);
    assert.equal(short.rows[0]?.changePercent, null);
    assert.match(short.notes.join(' '), /No comparison: 3 of the 3 days before are not stored/);
  });

  it('what is not stored is said, not guessed', async () => {
    const without: NumbersLake = { ...lake, has: (name) => name !== 'mrr_daily' && name !== 'rates_daily' };
    const question = { measure: 'mrr', by: 'app', span: { kind: 'days', days: 3 } } as const;
    await assert.rejects(askNumbers(without, question), /needs the report SUBSCRIPTION\/SUMMARY\/DAILY/);
    await assert.rejects(askNumbers(without, { ...question, measure: 'sales', currency: 'EUR' }), {
      code: 'NO_RATES',
    });
  });
});
