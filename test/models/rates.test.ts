import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openSmallLake } from './small-lake.ts';

const rate = (
  currency: string,
  rate_date: string,
  per_eur: string,
  source = 'ecb',
  loaded_at = '2026-11-24T00:00:00Z',
) => ({
  currency,
  rate_date,
  per_eur,
  source,
  loaded_at,
});
const sale = (
  report_date: string,
  currency: string,
  proceeds: string,
  { price = proceeds, paidIn = currency }: { price?: string; paidIn?: string } = {},
) => ({
  team: 'acme',
  vendor: '85012345',
  report_date,
  sku: 'com.ex.app',
  product_type_identifier: '1F',
  units: 1,
  developer_proceeds: proceeds,
  customer_price: price,
  customer_currency: paidIn,
  currency_of_proceeds: currency,
  country_code: 'US',
  apple_identifier: '100',
});

describe('Exchange rates', () => {
  let ask: Awaited<ReturnType<typeof openSmallLake>>;
  before(async () => {
    ask = await openSmallLake({
      exchange_rates: [
        rate('USD', '2026-11-20', '1.05'),
        rate('JPY', '2026-11-20', '170'),
        rate('USD', '2026-11-23', '1.06'),
        rate('VND', '2026-11-20', '27000', 'company', '2026-11-20T00:00:00Z'),
        rate('VND', '2026-11-20', '27500', 'company', '2026-11-21T00:00:00Z'),
        rate('GBP', '2026-11-20', '0.85'),
        rate('GBP', '2026-11-18', '0.80', 'company'),
      ],
      sales_summary_daily: [
        sale('2026-11-22', 'USD', '105'),
        sale('2026-11-22', 'SAR', '375'),
        sale('2026-11-22', 'EUR', '10'),
        sale('2026-11-22', 'EGP', '100'),
        sale('2026-11-23', 'USD', '106'),
        sale('2026-11-30', 'JPY', '1700'),
        sale('2026-11-21', 'USD', '105', { price: '9000', paidIn: 'NGN' }),
      ],
    });
  });
  const eur = async (day: string, currency: string) =>
    (
      await ask(
        `SELECT cast(proceeds_eur AS decimal(18,2)) AS eur, missing_rate FROM sales_daily_converted
         WHERE report_date = DATE '${day}' AND currency_of_proceeds = '${currency}'`,
      )
    ).map((row) => [row['eur'], row['missing_rate']])[0];

  it('the last rate at or before the day counts, also on a Sunday', async () => {
    assert.deepEqual(await eur('2026-11-22', 'USD'), ['100.00', null]);
    assert.deepEqual(await eur('2026-11-23', 'USD'), ['100.00', null], 'the rate of the day itself');
  });

  it('a fixed currency follows the US dollar by its documented rule', async () =>
    assert.deepEqual(await eur('2026-11-22', 'SAR'), ['95.24', null]));

  it('an amount in the wanted currency stays as it is', async () =>
    assert.deepEqual(await eur('2026-11-22', 'EUR'), ['10.00', null]));

  it('a currency without a rate gives NULL and is named', async () =>
    assert.deepEqual(await eur('2026-11-22', 'EGP'), [null, 'EGP']));

  it('a currency that customers paid in and that has no rate is named, too', async () =>
    assert.deepEqual(
      await ask(
        `SELECT cast(proceeds_eur AS decimal(18,2)) AS proceeds, customer_amount_eur AS paid, missing_rate
         FROM sales_daily_converted WHERE customer_currency = 'NGN'`,
      ),
      [{ proceeds: '100.00', paid: null, missing_rate: 'NGN' }],
    ));

  it('a rate more than seven days old is none', async () =>
    assert.deepEqual(await eur('2026-11-30', 'JPY'), [null, 'JPY']));

  it('the original amount and its currency stand beside', async () =>
    assert.deepEqual(
      await ask(
        `SELECT proceeds, currency_of_proceeds, cast(proceeds_usd AS decimal(18,2)) AS usd FROM sales_daily_converted WHERE currency_of_proceeds = 'SAR'`,
      ),
      [{ proceeds: '375.000000', currency_of_proceeds: 'SAR', usd: '100.00' }],
    ));

  it("a company's own rate comes before the central bank's; of two the later upload counts", async () => {
    assert.deepEqual(
      await ask(
        `SELECT currency, cast(per_eur AS decimal(18,2)) AS rate, source, days_old FROM rates_daily
         WHERE day = DATE '2026-11-21' AND currency IN ('VND', 'GBP') ORDER BY currency`,
      ),
      [
        { currency: 'GBP', rate: '0.80', source: 'company', days_old: '3' },
        { currency: 'VND', rate: '27500.00', source: 'company', days_old: '1' },
      ],
    );
  });

  it('there is one rate per day and currency', async () =>
    assert.deepEqual(
      await ask('SELECT day, currency FROM rates_daily GROUP BY ALL HAVING count(*) > 1'),
      [],
    ));
});

describe('Settlements in one currency', () => {
  it('are converted at the rate of the last day of the fiscal month, beside the original', async () => {
    const settled = (partner_share_currency: string, extended_partner_share: string) => ({
      team: 'acme',
      vendor: '85012345',
      report_date: '2027-02',
      apple_identifier: '100',
      country_of_sale: 'US',
      partner_share_currency,
      quantity: '10',
      customer_price: '1',
      extended_partner_share,
    });
    const ask = await openSmallLake({
      // The fiscal month 2027-02 ends on 28 November 2026, a Saturday: Friday's rate counts.
      exchange_rates: [
        rate('USD', '2026-11-26', '2'),
        rate('USD', '2026-11-27', '1.25'),
        rate('JPY', '2026-11-27', '160'),
      ],
      financial_zz: [
        settled('USD', '125'),
        settled('JPY', '1600'),
        settled('EUR', '7'),
        settled('EGP', '50'),
      ],
    });
    assert.deepEqual(
      await ask(`SELECT currency, cast(proceeds AS decimal(18,2)) AS own, cast(proceeds_eur AS decimal(18,2)) AS eur,
        cast(proceeds_usd AS decimal(18,2)) AS usd, missing_rate FROM finance_monthly_converted ORDER BY currency`),
      [
        { currency: 'EGP', own: '50.00', eur: null, usd: null, missing_rate: 'EGP' },
        { currency: 'EUR', own: '7.00', eur: '7.00', usd: '8.75', missing_rate: null },
        { currency: 'JPY', own: '1600.00', eur: '10.00', usd: '12.50', missing_rate: null },
        { currency: 'USD', own: '125.00', eur: '100.00', usd: '125.00', missing_rate: null },
      ],
    );
  });
});
