SELECT
  cast(fiscal_month AS varchar) AS fiscal_month,
  cast(first_day AS date) AS first_day,
  cast(last_day AS date) AS last_day,
  cast(team AS varchar) AS team,
  cast(vendor AS varchar) AS vendor,
  cast(product_id AS varchar) AS product_id,
  cast(country_code AS varchar) AS country_code,
  cast(currency AS varchar) AS currency,
  cast(units AS decimal(38,2)) AS units,
  cast(returns AS decimal(38,2)) AS returns,
  cast(proceeds AS decimal(38,6)) AS proceeds,
  cast(proceeds_returned AS decimal(38,6)) AS proceeds_returned,
  cast(customer_amount AS decimal(38,6)) AS customer_amount,
  cast(sales_proceeds AS decimal(38,6)) AS sales_proceeds,
  cast(difference AS decimal(38,6)) AS difference
FROM (
  WITH finance AS (
    SELECT f.report_date AS fiscal_month, f.team, f.vendor, f.product_id, f.country_code, f.currency,
      sum(CASE WHEN f.quantity > 0 THEN f.quantity ELSE 0 END) AS units,
      sum(CASE WHEN f.quantity < 0 THEN -f.quantity ELSE 0 END) AS returns,
      sum(f.share) AS proceeds,
      sum(CASE WHEN f.quantity < 0 THEN f.share ELSE 0 END) AS proceeds_returned,
      sum(cast(f.quantity AS decimal(38,2)) * abs(f.customer_price)) AS customer_amount
    FROM (
      SELECT cast(report_date AS varchar) AS report_date, team, vendor,
        nullif(trim(apple_identifier), '') AS product_id,
        nullif(trim(country_of_sale), '') AS country_code,
        nullif(trim(partner_share_currency), '') AS currency,
        quantity, extended_partner_share AS share, customer_price
      FROM {{ source('app_store_connect', 'financial_zz') }}
    ) AS f
    GROUP BY f.report_date, f.team, f.vendor, f.product_id, f.country_code, f.currency
  ), sales AS (
    SELECT m.fiscal_month, l.team, l.vendor, l.product_id, l.country_code, l.currency_of_proceeds AS currency,
      sum(l.proceeds) AS sales_proceeds
    FROM {{ ref('sales_lines') }} AS l
    JOIN {{ ref('fiscal_months') }} AS m ON l.report_date BETWEEN m.first_day AND m.last_day
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
  JOIN {{ ref('fiscal_months') }} AS m ON m.fiscal_month = b.fiscal_month
) AS model
