SELECT
  cast(report_date AS date) AS report_date,
  cast(team AS varchar) AS team,
  cast(vendor AS varchar) AS vendor,
  cast(app_id AS varchar) AS app_id,
  cast(product_id AS varchar) AS product_id,
  cast(kind AS varchar) AS kind,
  cast(country_code AS varchar) AS country_code,
  cast(units_sold AS decimal(38,2)) AS units_sold,
  cast(units_refunded AS decimal(38,2)) AS units_refunded,
  cast(currency_of_proceeds AS varchar) AS currency_of_proceeds,
  cast(proceeds AS decimal(38,6)) AS proceeds,
  cast(proceeds_eur AS decimal(38,6)) AS proceeds_eur,
  cast(proceeds_usd AS decimal(38,6)) AS proceeds_usd,
  cast(customer_currency AS varchar) AS customer_currency,
  cast(customer_amount AS decimal(38,6)) AS customer_amount,
  cast(customer_amount_eur AS decimal(38,6)) AS customer_amount_eur,
  cast(customer_amount_usd AS decimal(38,6)) AS customer_amount_usd,
  cast(missing_rate AS varchar) AS missing_rate
FROM (
  SELECT s.report_date, s.team, s.vendor, s.app_id, s.product_id, s.kind, s.country_code, s.units_sold, s.units_refunded,
    s.currency_of_proceeds, s.proceeds,
    CASE WHEN s.proceeds = 0 THEN 0e0 WHEN s.currency_of_proceeds = 'EUR' THEN cast(s.proceeds AS double)
      ELSE cast(s.proceeds AS double) / cast(own.per_eur AS double) * 1e0 END AS proceeds_eur,
    CASE WHEN s.proceeds = 0 THEN 0e0 WHEN s.currency_of_proceeds = 'USD' THEN cast(s.proceeds AS double)
      ELSE cast(s.proceeds AS double) / cast(own.per_eur AS double) * cast(usd.per_eur AS double) END AS proceeds_usd,
    s.customer_currency, s.customer_amount,
    CASE WHEN s.customer_amount = 0 THEN 0e0 WHEN s.customer_currency = 'EUR' THEN cast(s.customer_amount AS double)
      ELSE cast(s.customer_amount AS double) / cast(paid.per_eur AS double) * 1e0 END AS customer_amount_eur,
    CASE WHEN s.customer_amount = 0 THEN 0e0 WHEN s.customer_currency = 'USD' THEN cast(s.customer_amount AS double)
      ELSE cast(s.customer_amount AS double) / cast(paid.per_eur AS double) * cast(usd.per_eur AS double) END AS customer_amount_usd,
    CASE WHEN s.proceeds <> 0 AND s.currency_of_proceeds <> 'EUR' AND own.per_eur IS NULL THEN s.currency_of_proceeds
      WHEN s.customer_amount <> 0 AND s.customer_currency <> 'EUR' AND paid.per_eur IS NULL THEN s.customer_currency
      WHEN (s.proceeds <> 0 OR s.customer_amount <> 0) AND usd.per_eur IS NULL THEN 'USD' END AS missing_rate
  FROM {{ ref('sales_daily') }} AS s
  LEFT JOIN {{ ref('rates_daily') }} AS own ON own.day = s.report_date AND own.currency = s.currency_of_proceeds
  LEFT JOIN {{ ref('rates_daily') }} AS paid ON paid.day = s.report_date AND paid.currency = s.customer_currency
  LEFT JOIN {{ ref('rates_daily') }} AS usd ON usd.day = s.report_date AND usd.currency = 'USD'
) AS model
