import { Temporal } from 'temporal-polyfill';
import { fiscalMonthOf } from '../reports/catalogue/fiscal-calendar.ts';
import { clean, column, common, constantRows, type Model } from './model.ts';

/** The report of all regions; never read it together with those of single regions. */
const TABLE = 'financial_zz';
const FIRST_DAY = Temporal.PlainDate.from('2014-09-28');
const LAST_DAY = Temporal.PlainDate.from('2045-09-30');

/** Apple's fiscal months as rows, since SQL cannot compute them in one way for every engine. */
function fiscalMonths(): string[][] {
  const rows: string[][] = [];
  let day = FIRST_DAY;
  while (Temporal.PlainDate.compare(day, LAST_DAY) < 0) {
    const { name, first, last } = fiscalMonthOf(day);
    rows.push([name, first.toString(), last.toString()]);
    day = last.add({ days: 1 });
  }
  return rows;
}

export const FISCAL_MONTHS: Model = {
  name: 'fiscal_months',
  grain: "one of Apple's fiscal months",
  description: "Apple's fiscal months, with their calendar days. 2026-02 is November 2025.",
  reads: [],
  columns: [
    column('fiscal_month', 'varchar', 'Fiscal year and month, as in the names of finance reports.'),
    column('first_day', 'date', 'First day.'),
    column('last_day', 'date', 'Last day.'),
  ],
  select: `  SELECT fiscal_month, first_day, last_day FROM (VALUES
    ${constantRows(fiscalMonths())}
  ) AS months (fiscal_month, first_day, last_day)`,
};

// mutation: model-finance
export const FINANCE_MONTHLY: Model = {
  name: 'finance_monthly',
  grain: 'one fiscal month, vendor, product, country and currency',
  description:
    'What Apple settles, beside the sales of the same days. A difference is normal: a sale settles up to ten days later, some are never collected, refunds are booked when they happen. Over months it evens out.',
  reads: [TABLE, 'fiscal_months', 'sales_lines'],
  columns: [
    column('fiscal_month', 'varchar', 'Fiscal year and month.'),
    column('first_day', 'date', 'First day of the month.'),
    column('last_day', 'date', 'Last day of the month.'),
    ...common('team', 'vendor'),
    column('product_id', 'varchar', 'Apple ID of the app or in-app purchase.'),
    ...common('country_code'),
    column('currency', 'varchar', 'Currency of the proceeds.'),
    column('units', 'decimal(38,2)', 'Sold units in the finance report.'),
    column('returns', 'decimal(38,2)', 'Returned units, as a positive number.'),
    column('proceeds', 'decimal(38,6)', 'Extended partner share, returns taken off.'),
    column('proceeds_returned', 'decimal(38,6)', 'The part of proceeds that is returns; negative.'),
    column('customer_amount', 'decimal(38,6)', 'Quantity times customer price, returns taken off.'),
    column('sales_proceeds', 'decimal(38,6)', 'Proceeds of the daily sales reports for the same days.'),
    column('difference', 'decimal(38,6)', 'proceeds less sales_proceeds.'),
  ],
  select: `  WITH finance AS (
    SELECT f.report_date AS fiscal_month, f.team, f.vendor, f.product_id, f.country_code, f.currency,
      sum(CASE WHEN f.quantity > 0 THEN f.quantity ELSE 0 END) AS units,
      sum(CASE WHEN f.quantity < 0 THEN -f.quantity ELSE 0 END) AS returns,
      sum(f.share) AS proceeds,
      sum(CASE WHEN f.quantity < 0 THEN f.share ELSE 0 END) AS proceeds_returned,
      sum(cast(f.quantity AS decimal(38,2)) * abs(f.customer_price)) AS customer_amount
    FROM (
      SELECT cast(report_date AS varchar) AS report_date, team, vendor,
        ${clean('apple_identifier')} AS product_id,
        ${clean('country_of_sale')} AS country_code,
        ${clean('partner_share_currency')} AS currency,
        quantity, extended_partner_share AS share, customer_price
      FROM ${TABLE}
    ) AS f
    GROUP BY f.report_date, f.team, f.vendor, f.product_id, f.country_code, f.currency
  ), sales AS (
    SELECT m.fiscal_month, l.team, l.vendor, l.product_id, l.country_code, l.currency_of_proceeds AS currency,
      sum(l.proceeds) AS sales_proceeds
    FROM sales_lines AS l
    JOIN fiscal_months AS m ON l.report_date BETWEEN m.first_day AND m.last_day
    WHERE l.proceeds <> 0
    GROUP BY m.fiscal_month, l.team, l.vendor, l.product_id, l.country_code, l.currency_of_proceeds
  ), both_sides AS (
    SELECT coalesce(f.fiscal_month, s.fiscal_month) AS fiscal_month, coalesce(f.team, s.team) AS team,
      coalesce(f.vendor, s.vendor) AS vendor, coalesce(f.product_id, s.product_id) AS product_id,
      coalesce(f.country_code, s.country_code) AS country_code, coalesce(f.currency, s.currency) AS currency,
      coalesce(f.units, 0) AS units, coalesce(f.returns, 0) AS returns, coalesce(f.proceeds, 0) AS proceeds,
      coalesce(f.proceeds_returned, 0) AS proceeds_returned, coalesce(f.customer_amount, 0) AS customer_amount,
      coalesce(s.sales_proceeds, 0) AS sales_proceeds
    FROM finance AS f
    FULL JOIN sales AS s ON s.fiscal_month = f.fiscal_month AND s.team = f.team AND s.vendor = f.vendor
      AND s.product_id = f.product_id AND s.country_code = f.country_code AND s.currency = f.currency
  )
  SELECT b.fiscal_month, m.first_day, m.last_day, b.team, b.vendor, b.product_id, b.country_code, b.currency,
    b.units, b.returns, b.proceeds, b.proceeds_returned, b.customer_amount, b.sales_proceeds,
    b.proceeds - b.sales_proceeds AS difference
  FROM both_sides AS b
  JOIN fiscal_months AS m ON m.fiscal_month = b.fiscal_month`,
};
