import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openSmallLake } from './small-lake.ts';

const listed = (
  report_date: string,
  territory: string,
  customer_price: string,
  developer_proceeds: string,
  currency = 'EUR',
) => ({
  team: 'acme',
  report_date,
  product_kind: 'subscription',
  product_id: '9',
  product_plan: 'UPFRONT',
  territory,
  currency,
  customer_price,
  developer_proceeds,
});

describe('Prices by day', () => {
  let ask: Awaited<ReturnType<typeof openSmallLake>>;
  before(async () => {
    ask = await openSmallLake({
      price_list_daily: [
        listed('2026-11-20', 'DEU', '9.99', '7.00'),
        listed('2026-11-21', 'DEU', '11.99', '8.40'),
        listed('2026-11-20', 'GBR', '9.99', '7.00'),
        listed('2026-11-21', 'GBR', '13.99', '9.80'),
        listed('2026-11-20', 'XKS', '9.99', '7.00'),
        listed('2026-11-21', 'XKS', '9.99', '6.80'),
        listed('2026-11-20', 'FRA', '9.99', '7.00'),
        listed('2026-11-21', 'FRA', '9.99', '7.00'),
        // The price that a change set elsewhere on that day.
        listed('2026-11-20', 'ITA', '9.99', '7.00'),
        listed('2026-11-21', 'ITA', '11.99', '8.40'),
        listed('2026-11-20', 'BGR', '19.99', '14.00', 'BGN'),
        listed('2026-11-22', 'BGR', '10.99', '7.70'),
      ],
      price_changes: [
        {
          team: 'acme',
          change_id: 'rise',
          product_kind: 'subscription',
          product_id: '9',
          plan: 'UPFRONT',
          territory: 'DEU',
          price_before: '9.99',
          price_after: '11.99',
          effective_day: '2026-11-21',
        },
        {
          team: 'acme',
          change_id: 'overtaken',
          product_kind: 'subscription',
          product_id: '9',
          plan: 'UPFRONT',
          territory: 'GBR',
          price_before: '9.99',
          price_after: '11.99',
          effective_day: '2026-11-21',
        },
      ],
    });
  });

  it('join with reports by the two letters of a storefront', async () =>
    assert.deepEqual(
      await ask(
        `SELECT typeof(day) AS type, territory, country_code, customer_price FROM prices_daily
         WHERE day = DATE '2026-11-21' ORDER BY territory`,
      ),
      [
        { type: 'DATE', territory: 'DEU', country_code: 'DE', customer_price: '11.990000' },
        { type: 'DATE', territory: 'FRA', country_code: 'FR', customer_price: '9.990000' },
        { type: 'DATE', territory: 'GBR', country_code: 'GB', customer_price: '13.990000' },
        { type: 'DATE', territory: 'ITA', country_code: 'IT', customer_price: '11.990000' },
        { type: 'DATE', territory: 'XKS', country_code: 'XK', customer_price: '9.990000' },
      ],
    ));

  it('show what moved, with the change that asked for it, and what nobody here asked for', async () =>
    assert.deepEqual(
      await ask(
        `SELECT territory, cast(price_before AS decimal(9,2)) AS before, cast(price_after AS decimal(9,2)) AS after,
           cast(proceeds_after AS decimal(9,2)) AS proceeds, currency_before, currency, change_id FROM price_moves ORDER BY territory`,
      ),
      [
        {
          territory: 'BGR',
          before: '19.99',
          after: '10.99',
          proceeds: '7.70',
          currency_before: 'BGN',
          currency: 'EUR',
          change_id: null,
        },
        {
          territory: 'DEU',
          before: '9.99',
          after: '11.99',
          proceeds: '8.40',
          currency_before: 'EUR',
          currency: 'EUR',
          change_id: 'rise',
        },
        {
          territory: 'GBR',
          before: '9.99',
          after: '13.99',
          proceeds: '9.80',
          currency_before: 'EUR',
          currency: 'EUR',
          change_id: null,
        },
        {
          territory: 'ITA',
          before: '9.99',
          after: '11.99',
          proceeds: '8.40',
          currency_before: 'EUR',
          currency: 'EUR',
          change_id: null,
        },
        {
          territory: 'XKS',
          before: '9.99',
          after: '9.99',
          proceeds: '6.80',
          currency_before: 'EUR',
          currency: 'EUR',
          change_id: null,
        },
      ],
    ));
});
