SELECT
  cast(day AS date) AS day,
  cast(currency AS varchar) AS currency,
  cast(per_eur AS decimal(38,6)) AS per_eur,
  cast(rate_date AS date) AS rate_date,
  cast(days_old AS bigint) AS days_old,
  cast(source AS varchar) AS source
FROM (
  WITH stored AS (
    SELECT source, currency, rate_date, per_eur,
      row_number() OVER (PARTITION BY source, currency, rate_date ORDER BY loaded_at DESC, per_eur) AS position
    FROM {{ source('app_store_connect', 'exchange_rates') }}
    WHERE per_eur > 0
  ), quoted AS (
    SELECT source, currency, rate_date, per_eur FROM stored WHERE position = 1
    UNION ALL
    SELECT 'peg' AS source, p.currency, s.rate_date, cast(s.per_eur * p.per_usd AS decimal(38,6)) AS per_eur
    FROM stored AS s
    CROSS JOIN {{ ref('currency_pegs') }} AS p
    WHERE s.position = 1 AND s.source = 'ecb' AND s.currency = 'USD'
  ), spread AS (
    SELECT q.source, q.currency, q.rate_date, q.per_eur, d.days_old,
      cast(q.rate_date + d.days_old * interval '1' day AS date) AS day
    FROM quoted AS q
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7)) AS d (days_old)
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
  SELECT DISTINCT day, 'EUR' AS currency, 1 AS per_eur, day AS rate_date, 0 AS days_old, 'euro' AS source FROM ranked
) AS model
