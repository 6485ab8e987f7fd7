SELECT
  cast(fiscal_month AS varchar) AS fiscal_month,
  cast(first_day AS date) AS first_day,
  cast(last_day AS date) AS last_day,
  cast(team AS varchar) AS team,
  cast(vendor AS varchar) AS vendor,
  cast(product_id AS varchar) AS product_id,
  cast(country_code AS varchar) AS country_code,
  cast(units AS decimal(38,2)) AS units,
  cast(returns AS decimal(38,2)) AS returns,
  cast(currency AS varchar) AS currency,
  cast(proceeds AS decimal(38,6)) AS proceeds,
  cast(proceeds_eur AS decimal(38,6)) AS proceeds_eur,
  cast(proceeds_usd AS decimal(38,6)) AS proceeds_usd,
  cast(missing_rate AS varchar) AS missing_rate
FROM (
  SELECT s.fiscal_month, s.first_day, s.last_day, s.team, s.vendor, s.product_id, s.country_code, s.units, s.returns,
    s.currency, s.proceeds,
    CASE WHEN s.proceeds = 0 THEN 0e0 WHEN s.currency = 'EUR' THEN cast(s.proceeds AS double)
      ELSE cast(s.proceeds AS double) / cast(own.per_eur AS double) * 1e0 END AS proceeds_eur,
    CASE WHEN s.proceeds = 0 THEN 0e0 WHEN s.currency = 'USD' THEN cast(s.proceeds AS double)
      ELSE cast(s.proceeds AS double) / cast(own.per_eur AS double) * cast(usd.per_eur AS double) END AS proceeds_usd,
    CASE WHEN s.proceeds <> 0 AND s.currency <> 'EUR' AND own.per_eur IS NULL THEN s.currency
      WHEN s.proceeds <> 0 AND usd.per_eur IS NULL THEN 'USD' END AS missing_rate
  FROM {{ ref('finance_monthly') }} AS s
  LEFT JOIN {{ ref('rates_daily') }} AS own ON own.day = s.last_day AND own.currency = s.currency
  LEFT JOIN {{ ref('rates_daily') }} AS usd ON usd.day = s.last_day AND usd.currency = 'USD'
) AS model
