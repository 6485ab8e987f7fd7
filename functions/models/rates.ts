import { column, common, constantRows, type Model } from './model.ts';

/**
 * Currencies that a central bank keeps at a fixed price in US dollars, per 1 USD. Sources: sama.gov.sa (SAR), qcb.gov.qa,
 * decree 34 of 2001 (QAR), the Central Bank of the UAE (AED). Currencies that float, such as EGP and NGN, have no rule.
 */
const PEGS: readonly (readonly [currency: string, perUsd: string])[] = [
  ['AED', '3.6725'],
  ['QAR', '3.64'],
  ['SAR', '3.75'],
];

/** A rate counts for its day and this many days after it: Easter and Christmas leave five days without one. */
// mutation: model-most-days-old
const MAXIMUM_DAYS_OLD = 7;

export const CURRENCY_PEGS: Model = {
  name: 'currency_pegs',
  grain: 'one currency with a fixed price in US dollars',
  description:
    'Currencies that the European Central Bank does not quote and that are fixed to the US dollar.',
  reads: [],
  columns: [
    column('currency', 'varchar', 'ISO 4217.'),
    column('per_usd', 'decimal(38,6)', 'Units of the currency per 1 USD.'),
  ],
  select: `  SELECT currency, per_usd FROM (VALUES
    ${constantRows(PEGS)}
  ) AS pegs (currency, per_usd)`,
};

const days = Array.from({ length: MAXIMUM_DAYS_OLD + 1 }, (_, day) => `(${day})`).join(', ');

// mutation: model-rates-daily
export const RATES_DAILY: Model = {
  name: 'rates_daily',
  grain: 'one day and currency that has a rate on that day',
  description:
    "The exchange rate of each day. A company's own rate comes first, then the European Central Bank's, then a fixed rule over its US dollar. A rate counts for its day and up to seven days after it; without one there is no row, so a conversion gives NULL.",
  reads: ['exchange_rates', 'currency_pegs'],
  columns: [
    column('day', 'date', 'Day for which the rate counts.'),
    column('currency', 'varchar', 'ISO 4217. EUR has the rate 1 on every day that has any rate.'),
    column('per_eur', 'decimal(38,6)', 'Units of the currency per 1 EUR.'),
    column('rate_date', 'date', 'Day of which the rate is.'),
    column('days_old', 'bigint', 'Days between rate_date and day: 0 to 7.'),
    column('source', 'varchar', 'company, ecb, peg, or euro for EUR itself.'),
  ],
  select: `  WITH stored AS (
    SELECT source, currency, rate_date, per_eur,
      row_number() OVER (PARTITION BY source, currency, rate_date ORDER BY loaded_at DESC, per_eur) AS position
    FROM exchange_rates
    WHERE per_eur > 0
  ), quoted AS (
    SELECT source, currency, rate_date, per_eur FROM stored WHERE position = 1
    UNION ALL
    SELECT 'peg' AS source, p.currency, s.rate_date, cast(s.per_eur * p.per_usd AS decimal(38,6)) AS per_eur
    FROM stored AS s
    CROSS JOIN currency_pegs AS p
    WHERE s.position = 1 AND s.source = 'ecb' AND s.currency = 'USD'
  ), spread AS (
    SELECT q.source, q.currency, q.rate_date, q.per_eur, d.days_old,
      cast(q.rate_date + d.days_old * interval '1' day AS date) AS day
    FROM quoted AS q
    CROSS JOIN (VALUES ${days}) AS d (days_old)
  ), ranked AS (
    SELECT day, currency, per_eur, rate_date, days_old, source,
      row_number() OVER (
        PARTITION BY day, currency
        ORDER BY CASE source WHEN 'company' THEN 0 WHEN 'ecb' THEN 1 ELSE 2 END, days_old
      ) AS position
    FROM spread
  )
  SELECT day, currency, per_eur, rate_date, days_old, source FROM ranked WHERE position = 1 AND currency <> 'EUR'
  UNION ALL
  SELECT DISTINCT day, 'EUR' AS currency, 1 AS per_eur, day AS rate_date, 0 AS days_old, 'euro' AS source FROM ranked`,
};

/** An amount of `s` in another currency. Where both currencies are the same, no rate is needed. @param rate alias of its rate */
// mutation: model-converted
const converted = (amount: string, currency: string, rate: string, target: 'EUR' | 'USD'): string => {
  const perTarget = target === 'EUR' ? '1e0' : 'cast(usd.per_eur AS double)';
  return `CASE WHEN s.${amount} = 0 THEN 0e0 WHEN s.${currency} = '${target}' THEN cast(s.${amount} AS double)
      ELSE cast(s.${amount} AS double) / cast(${rate}.per_eur AS double) * ${perTarget} END`;
};

/**
 * Joins the rates of a day of `s`: one alias per currency column, and `usd`.
 *
 * @param currencies alias → column of `s` that names the currency
 */
const rateJoins = (day: string, currencies: Readonly<Record<string, string>>): string =>
  [...Object.entries(currencies).map(([alias, name]) => [alias, `s.${name}`]), ['usd', "'USD'"]]
    .map(
      ([alias, currency]) =>
        `  LEFT JOIN rates_daily AS ${alias} ON ${alias}.day = s.${day} AND ${alias}.currency = ${currency}`,
    )
    .join('\n');

export const SALES_DAILY_CONVERTED: Model = {
  name: 'sales_daily_converted',
  grain: 'as sales_daily: one day, vendor, product, kind of row, storefront and pair of currencies',
  description:
    "Sales with their money in EUR and USD beside the original, at the rate of the report day. An estimate: Apple pays at its bank's rate of another day. NULL where a rate is missing, which missing_rate names.",
  reads: ['sales_daily', 'rates_daily'],
  columns: [
    ...common('report_date', 'team', 'vendor', 'app_id'),
    column('product_id', 'varchar', 'Apple ID of what was sold.'),
    column('kind', 'varchar', 'See product_types.'),
    ...common('country_code'),
    column('units_sold', 'decimal(38,2)', 'Paid units before refunds.'),
    column('units_refunded', 'decimal(38,2)', 'Refunded units, as a positive number.'),
    column('currency_of_proceeds', 'varchar', 'Currency of proceeds.'),
    column('proceeds', 'decimal(38,6)', 'What the developer gets, refunds taken off.'),
    column('proceeds_eur', 'decimal(38,6)', 'The same in EUR; NULL where a rate is missing.'),
    column('proceeds_usd', 'decimal(38,6)', 'The same in USD; NULL where a rate is missing.'),
    column('customer_currency', 'varchar', 'Currency of customer_amount.'),
    column('customer_amount', 'decimal(38,6)', 'What customers paid, refunds taken off.'),
    column('customer_amount_eur', 'decimal(38,6)', 'The same in EUR; NULL where a rate is missing.'),
    column('customer_amount_usd', 'decimal(38,6)', 'The same in USD; NULL where a rate is missing.'),
    column('missing_rate', 'varchar', 'A currency without a rate for this day, for which an amount is NULL.'),
  ],
  select: `  SELECT s.report_date, s.team, s.vendor, s.app_id, s.product_id, s.kind, s.country_code, s.units_sold, s.units_refunded,
    s.currency_of_proceeds, s.proceeds,
    ${converted('proceeds', 'currency_of_proceeds', 'own', 'EUR')} AS proceeds_eur,
    ${converted('proceeds', 'currency_of_proceeds', 'own', 'USD')} AS proceeds_usd,
    s.customer_currency, s.customer_amount,
    ${converted('customer_amount', 'customer_currency', 'paid', 'EUR')} AS customer_amount_eur,
    ${converted('customer_amount', 'customer_currency', 'paid', 'USD')} AS customer_amount_usd,
    CASE WHEN s.proceeds <> 0 AND s.currency_of_proceeds <> 'EUR' AND own.per_eur IS NULL THEN s.currency_of_proceeds
      WHEN s.customer_amount <> 0 AND s.customer_currency <> 'EUR' AND paid.per_eur IS NULL THEN s.customer_currency
      WHEN (s.proceeds <> 0 OR s.customer_amount <> 0) AND usd.per_eur IS NULL THEN 'USD' END AS missing_rate
  FROM sales_daily AS s
${rateJoins('report_date', { own: 'currency_of_proceeds', paid: 'customer_currency' })}`,
};

export const FINANCE_MONTHLY_CONVERTED: Model = {
  name: 'finance_monthly_converted',
  grain: 'as finance_monthly: one fiscal month, vendor, product, country and currency',
  description:
    "Apple's settlement with its money in EUR and USD beside the original, at the rate of the fiscal month's last day. An estimate: Apple pays about 33 days later at its bank's rate. NULL where a rate is missing, which missing_rate names.",
  reads: ['finance_monthly', 'rates_daily'],
  columns: [
    column('fiscal_month', 'varchar', 'Fiscal year and month.'),
    column('first_day', 'date', 'First day of the month.'),
    column('last_day', 'date', 'Last day of the month; its rate counts.'),
    ...common('team', 'vendor'),
    column('product_id', 'varchar', 'Apple ID of the app or in-app purchase.'),
    ...common('country_code'),
    column('units', 'decimal(38,2)', 'Sold units in the finance report.'),
    column('returns', 'decimal(38,2)', 'Returned units, as a positive number.'),
    column('currency', 'varchar', 'Currency of proceeds.'),
    column('proceeds', 'decimal(38,6)', 'Extended partner share, returns taken off.'),
    column('proceeds_eur', 'decimal(38,6)', 'The same in EUR; NULL where a rate is missing.'),
    column('proceeds_usd', 'decimal(38,6)', 'The same in USD; NULL where a rate is missing.'),
    column('missing_rate', 'varchar', 'A currency without a rate for that day, for which an amount is NULL.'),
  ],
  select: `  SELECT s.fiscal_month, s.first_day, s.last_day, s.team, s.vendor, s.product_id, s.country_code, s.units, s.returns,
    s.currency, s.proceeds,
    ${converted('proceeds', 'currency', 'own', 'EUR')} AS proceeds_eur,
    ${converted('proceeds', 'currency', 'own', 'USD')} AS proceeds_usd,
    CASE WHEN s.proceeds <> 0 AND s.currency <> 'EUR' AND own.per_eur IS NULL THEN s.currency
      WHEN s.proceeds <> 0 AND usd.per_eur IS NULL THEN 'USD' END AS missing_rate
  FROM finance_monthly AS s
${rateJoins('last_day', { own: 'currency' })}`,
};
